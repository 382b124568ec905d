using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>An append-only, hash-chained ledger of consent events.</summary>
    /// <remarks>Locked inside: any thread may use it. Dispose it to close the file.</remarks>
    public sealed class ConsentLedger : IDisposable
    {
        private readonly LedgerHandle handle;
        private readonly PolicyReference policy;

        private ConsentLedger(LedgerHandle handle, PolicyReference policy)
        {
            this.handle = handle;
            this.policy = policy;
        }

        /// <summary>How many events.</summary>
        /// <exception cref="CitxStorageException">The ledger cannot be read.</exception>
        public long Count
        {
            get
            {
                ulong count;
                IntPtr error;
                Call.Check(NativeMethods.citx_ledger_len(handle, out count, out error), error);
                return checked((long)count);
            }
        }

        /// <summary>Opens a ledger, or creates it where there is none.</summary>
        /// <param name="path">The file; <c>:memory:</c> is a ledger without one.</param>
        /// <param name="policy">The policy that decides.</param>
        /// <param name="readOnly">Refuses to append, and to create.</param>
        /// <returns>The ledger; it may outlive <paramref name="policy"/>.</returns>
        /// <exception cref="CitxStorageException">The file cannot be read, was damaged (<see cref="ErrorKind.Corrupted"/>), or is of another version.</exception>
        public static ConsentLedger Open(string path, Policy policy, bool readOnly = false)
        {
            Guard.NotNull(policy, "policy");
            using (Arguments arguments = new Arguments())
            {
                PolicyReference reference = new PolicyReference(policy.Handle);
                LedgerHandle handle;
                IntPtr error;
                try
                {
                    Call.Check(NativeMethods.citx_ledger_open(arguments.Text(path, "path"), policy.Handle, readOnly, out handle, out error), error);
                }
                catch
                {
                    reference.Dispose();
                    throw;
                }
                return new ConsentLedger(handle, reference);
            }
        }

        /// <summary>Accepts a database as it is after a backup was restored: writes its head file anew. A deliberate act, on a ledger that is not
        /// open.</summary>
        /// <param name="path">The file.</param>
        /// <param name="policy">The policy of the ledger.</param>
        /// <returns>The head that was accepted.</returns>
        /// <exception cref="CitxStorageException">The chain does not verify, or the file cannot be read.</exception>
        public static LedgerHead AcceptHead(string path, Policy policy)
        {
            Guard.NotNull(policy, "policy");
            using (Arguments arguments = new Arguments())
            {
                ulong sequence;
                TextHandle hash;
                IntPtr error;
                NativeText file = arguments.Text(path, "path");
                Call.Check(NativeMethods.citx_ledger_accept_head(file, policy.Handle, out sequence, out hash, out error), error);
                return LedgerHead.Read(sequence, hash);
            }
        }

        /// <summary>Appends one event, and returns when it is durable. Instants given as dates start at midnight in the controller's zone.</summary>
        /// <param name="citizen">Key of the citizen.</param>
        /// <param name="purpose">Purpose it concerns; may be null where <paramref name="scope"/> is <c>all</c>.</param>
        /// <param name="channel">Channel it concerns; null for all channels of the purpose.</param>
        /// <param name="status"><c>given</c>, <c>refused</c>, <c>withdrawn</c>, <c>objected</c>, ...</param>
        /// <param name="capturedAt">When it was said.</param>
        /// <param name="method">How: <c>web</c>, <c>phone</c>, <c>paper</c>, ...</param>
        /// <param name="contact">Contact point it is about, if only one.</param>
        /// <param name="topic">Topic within the purpose.</param>
        /// <param name="scope"><c>channel</c> (also if null), <c>purpose</c> or <c>all</c>.</param>
        /// <param name="notice">Privacy notice under which it was given.</param>
        /// <param name="evidenceRef">Where the evidence lies.</param>
        /// <param name="validFrom">From when it holds; by default from <paramref name="capturedAt"/>.</param>
        /// <param name="validUntil">Until when it holds, not at that instant any more; by default without end.</param>
        /// <param name="actor">Who acted: <c>self</c>, <c>parent</c>, <c>attorney</c>, or staff.</param>
        /// <param name="jurisdiction">Jurisdiction, such as <c>GB-ENG</c>.</param>
        /// <param name="source">System it came from.</param>
        /// <param name="idempotencyKey">Appending twice with one key is appending once.</param>
        /// <returns>The event's id: 1, 2, 3, ...</returns>
        /// <exception cref="CitxArgumentException">The event is not one.</exception>
        /// <exception cref="CitxRuleException">The policy does not have the purpose or channel.</exception>
        /// <exception cref="CitxStateException">The idempotency key was used with other content (<see cref="ErrorKind.Conflict"/>).</exception>
        /// <exception cref="CitxStorageException">It could not be written.</exception>
        public long Append(
            string citizen,
            string purpose,
            string channel,
            string status,
            Instant capturedAt,
            string method = null,
            string contact = null,
            string topic = null,
            string scope = null,
            string notice = null,
            string evidenceRef = null,
            Instant validFrom = default(Instant),
            Instant validUntil = default(Instant),
            string actor = null,
            string jurisdiction = null,
            string source = null,
            string idempotencyKey = null)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr native = Event(
                    arguments, citizen, purpose, channel, status, capturedAt, method, contact, topic, scope, notice, evidenceRef, validFrom,
                    validUntil, actor, jurisdiction, source, idempotencyKey);
                ulong id;
                IntPtr error;
                Call.Check(NativeMethods.citx_ledger_append(handle, native, out id, out error), error);
                return checked((long)id);
            }
        }

        /// <summary>Appends a table's events in one transaction. Columns are named as in the ledger: <c>citizen</c>, <c>status</c> and
        /// <c>captured_at</c> must be there, <c>purpose</c>, <c>channel</c>, <c>idempotency_key</c>, ... may.</summary>
        /// <param name="events">The events.</param>
        /// <returns>How many were new.</returns>
        /// <exception cref="CitxArgumentException">An event is not one; the message names column and row, and nothing is appended.</exception>
        /// <exception cref="CitxRuleException">A column, purpose or channel is not known.</exception>
        public long AppendTable(Table events)
        {
            using (TableHandle native = Transfer.WriteTable(events, "events"))
            {
                ulong appended;
                IntPtr error;
                Call.Check(NativeMethods.citx_ledger_append_table(handle, native, out appended, out error), error);
                return checked((long)appended);
            }
        }

        /// <summary>Whether a citizen may be contacted, about this, this way, at an instant.</summary>
        /// <param name="citizen">Key of the citizen.</param>
        /// <param name="purpose">Purpose of the message.</param>
        /// <param name="channel">Channel of the message.</param>
        /// <param name="at">The instant; a date starts at midnight in the controller's zone.</param>
        /// <param name="topic">Topic within the purpose, if any.</param>
        /// <param name="facts">What else is known, by the names of <see cref="Policy.Facts"/>; null for nothing.</param>
        /// <returns>The decision; an unknown purpose or channel is denied.</returns>
        /// <exception cref="CitxRuleException">The policy does not know a fact.</exception>
        /// <exception cref="CitxStorageException">The ledger cannot be read: it never decides then.</exception>
        public Decision Decide(
            string citizen,
            string purpose,
            string channel,
            Instant at,
            string topic = null,
            IEnumerable<KeyValuePair<string, object>> facts = null)
        {
            return policy.Decide(citizen, purpose, channel, topic, facts, (IntPtr question, Arguments arguments, out DecisionHandle decision, out IntPtr error) =>
                NativeMethods.citx_ledger_decide(handle, question, arguments.Text(at, "at"), out decision, out error));
        }

        /// <summary>The consent of everyone at an instant.</summary>
        /// <param name="at">The instant; a date starts at midnight in the controller's zone.</param>
        /// <param name="knownAt">As it was known then; by default as it is known now.</param>
        /// <returns>The view; it may outlive the ledger.</returns>
        /// <exception cref="CitxStorageException">The ledger cannot be read.</exception>
        public ConsentView AsOf(Instant at, Instant knownAt = default(Instant))
        {
            using (Arguments arguments = new Arguments())
            {
                ViewHandle view;
                IntPtr error;
                NativeText instant = arguments.Text(at, "at");
                NativeText known = arguments.Maybe(knownAt.Text, "knownAt");
                Call.Check(NativeMethods.citx_ledger_as_of(handle, instant, known, out view, out error), error);
                return new ConsentView(view, new PolicyReference(policy.Handle));
            }
        }

        /// <summary>A citizen's events in order, with <c>id</c> and <c>recorded_at</c>.</summary>
        /// <param name="citizen">Key of the citizen.</param>
        /// <returns>One row for each event; none for a citizen without events.</returns>
        /// <exception cref="CitxStorageException">The ledger cannot be read.</exception>
        public Table History(string citizen)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText key = arguments.Text(citizen, "citizen");
                return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_ledger_history(handle, key, out table, out error));
            }
        }

        /// <summary>Recomputes every hash and compares the head.</summary>
        /// <returns>How many events were verified.</returns>
        /// <exception cref="CitxStorageException">An event was tampered with (<see cref="ErrorKind.Corrupted"/>); the message names the first.</exception>
        public long Verify()
        {
            ulong verified;
            IntPtr error;
            Call.Check(NativeMethods.citx_ledger_verify(handle, out verified, out error), error);
            return checked((long)verified);
        }

        /// <summary>The last event's number and hash: kept elsewhere, it shows a later truncation.</summary>
        /// <returns>The head.</returns>
        /// <exception cref="CitxStorageException">The ledger cannot be read.</exception>
        public LedgerHead Head()
        {
            ulong sequence;
            TextHandle hash;
            IntPtr error;
            Call.Check(NativeMethods.citx_ledger_head(handle, out sequence, out hash, out error), error);
            return LedgerHead.Read(sequence, hash);
        }

        /// <summary>Erases a citizen: removes every personal value of theirs and leaves a suppression mark. The chain still verifies, and the citizen
        /// is denied as erased from then on.</summary>
        /// <param name="citizen">Key of the citizen.</param>
        /// <returns>The number of the erasure; where the citizen was erased already, of that one.</returns>
        /// <exception cref="CitxStateException">The citizen has no events (<see cref="ErrorKind.NotFound"/>).</exception>
        public long Erase(string citizen)
        {
            using (Arguments arguments = new Arguments())
            {
                ulong id;
                IntPtr error;
                Call.Check(NativeMethods.citx_ledger_erase(handle, arguments.Text(citizen, "citizen"), out id, out error), error);
                return checked((long)id);
            }
        }

        /// <summary>Corrects an event that was recorded wrongly: takes its personal values out of the ledger, and appends the corrected event in the same
        /// transaction. An erasure stands.</summary>
        /// <param name="eventId">The number of the event that is wrong.</param>
        /// <param name="citizen">Key of the citizen.</param>
        /// <param name="purpose">Purpose it concerns; may be null where <paramref name="scope"/> is <c>all</c>.</param>
        /// <param name="channel">Channel it concerns; null for all channels of the purpose.</param>
        /// <param name="status"><c>given</c>, <c>refused</c>, <c>withdrawn</c>, <c>objected</c>, ...</param>
        /// <param name="capturedAt">When it was said.</param>
        /// <param name="method">How: <c>web</c>, <c>phone</c>, <c>paper</c>, ...</param>
        /// <param name="contact">Contact point it is about, if only one.</param>
        /// <param name="topic">Topic within the purpose.</param>
        /// <param name="scope"><c>channel</c> (also if null), <c>purpose</c> or <c>all</c>.</param>
        /// <param name="notice">Privacy notice under which it was given.</param>
        /// <param name="evidenceRef">Where the evidence lies.</param>
        /// <param name="validFrom">From when it holds; by default from <paramref name="capturedAt"/>.</param>
        /// <param name="validUntil">Until when it holds, not at that instant any more; by default without end.</param>
        /// <param name="actor">Who acted: <c>self</c>, <c>parent</c>, <c>attorney</c>, or staff.</param>
        /// <param name="jurisdiction">Jurisdiction, such as <c>GB-ENG</c>.</param>
        /// <param name="source">System it came from.</param>
        /// <param name="idempotencyKey">Appending twice with one key is appending once.</param>
        /// <returns>The number of the corrected event.</returns>
        /// <exception cref="CitxArgumentException">The corrected event is not one, or says what the recorded one does.</exception>
        /// <exception cref="CitxStateException">The event is not there, was erased or is an erasure (<see cref="ErrorKind.NotFound"/>), or the corrected
        /// event is there already (<see cref="ErrorKind.Conflict"/>).</exception>
        /// <exception cref="CitxRuleException">The policy does not have the purpose or channel.</exception>
        public long Rectify(
            long eventId,
            string citizen,
            string purpose,
            string channel,
            string status,
            Instant capturedAt,
            string method = null,
            string contact = null,
            string topic = null,
            string scope = null,
            string notice = null,
            string evidenceRef = null,
            Instant validFrom = default(Instant),
            Instant validUntil = default(Instant),
            string actor = null,
            string jurisdiction = null,
            string source = null,
            string idempotencyKey = null)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr native = Event(
                    arguments, citizen, purpose, channel, status, capturedAt, method, contact, topic, scope, notice, evidenceRef, validFrom,
                    validUntil, actor, jurisdiction, source, idempotencyKey);
                ulong id;
                IntPtr error;
                Call.Check(NativeMethods.citx_ledger_rectify(handle, Id(eventId), native, out id, out error), error);
                return checked((long)id);
            }
        }

        /// <summary>Says that two records are of one person, from an instant on: each then counts for both, and no event of either changes.</summary>
        /// <param name="citizen">Key of one record.</param>
        /// <param name="other">Key of the other.</param>
        /// <param name="at">From when on.</param>
        /// <param name="actor">Who found it out, if known.</param>
        /// <returns>The number of the event that the first record gets; that of the other is the next.</returns>
        /// <exception cref="CitxArgumentException">A record is merged with itself.</exception>
        /// <exception cref="CitxStateException">Neither has an event (<see cref="ErrorKind.NotFound"/>).</exception>
        public long Merge(string citizen, string other, Instant at, string actor = null)
        {
            return Join(NativeMethods.citx_ledger_merge, citizen, other, at, actor);
        }

        /// <summary>Says that two merged records are of two people after all: from an instant on each counts for itself.</summary>
        /// <param name="citizen">Key of one record.</param>
        /// <param name="other">Key of the other.</param>
        /// <param name="at">From when on.</param>
        /// <param name="actor">Who found it out, if known.</param>
        /// <returns>The number of the event that the first record gets; that of the other is the next.</returns>
        /// <exception cref="CitxArgumentException">A record and itself.</exception>
        /// <exception cref="CitxStateException">Neither has an event (<see cref="ErrorKind.NotFound"/>).</exception>
        public long Unmerge(string citizen, string other, Instant at, string actor = null)
        {
            return Join(NativeMethods.citx_ledger_unmerge, citizen, other, at, actor);
        }

        /// <summary>Everything that is held about a citizen: events, decisions, recipients, and what is given beside them.</summary>
        /// <param name="citizen">Key of the citizen.</param>
        /// <param name="at">The instant of decisions and segments; by default now.</param>
        /// <param name="people">The population whose attributes of the citizen are shown; null for none.</param>
        /// <param name="book">The segments, each with the reason why; null for none.</param>
        /// <returns>What is held, as JSON.</returns>
        /// <exception cref="CitxStorageException">The ledger cannot be read.</exception>
        public string SubjectAccess(string citizen, Instant at = default(Instant), Population people = null, SegmentBook book = null)
        {
            using (Arguments arguments = new Arguments())
            using (PopulationHandle nobody = new PopulationHandle())
            using (SegmentBookHandle nothing = new SegmentBookHandle())
            {
                NativeText key = arguments.Text(citizen, "citizen");
                NativeText instant = arguments.Maybe(at.Text, "at");
                return ReadText((out TextHandle json, out IntPtr error) => NativeMethods.citx_ledger_subject_access(
                    handle, key, instant, people == null ? nobody : Guard.Open(people.Handle), book == null ? nothing : book.Handle, out json, out error));
            }
        }

        /// <summary>The receipt of one event, shaped after ISO/IEC TS 27560.</summary>
        /// <param name="eventId">The number of the event.</param>
        /// <returns>The receipt, as JSON.</returns>
        /// <exception cref="CitxStateException">The event is not there or was erased (<see cref="ErrorKind.NotFound"/>).</exception>
        public string Receipt(long eventId)
        {
            return ReadText((out TextHandle json, out IntPtr error) => NativeMethods.citx_ledger_receipt(handle, Id(eventId), out json, out error));
        }

        /// <summary>The root of the Merkle tree over the events' hashes: noted elsewhere, it lets single events be proved later.</summary>
        /// <returns>How many events there are, and the root.</returns>
        /// <exception cref="CitxException">The ledger has no events (<see cref="ErrorKind.InsufficientData"/>).</exception>
        public LedgerHead Root()
        {
            ulong size;
            TextHandle root;
            IntPtr error;
            Call.Check(NativeMethods.citx_ledger_root(handle, out size, out root, out error), error);
            return LedgerHead.Read(size, root);
        }

        /// <summary>Proves that an event is among the first so many. The proof holds the event's personal values.</summary>
        /// <param name="eventId">The number of the event.</param>
        /// <param name="size">How many events the noted root is of.</param>
        /// <returns>The proof, as JSON.</returns>
        /// <exception cref="CitxStateException">The event is not among them (<see cref="ErrorKind.NotFound"/>).</exception>
        public string Prove(long eventId, long size)
        {
            return ReadText((out TextHandle json, out IntPtr error) => NativeMethods.citx_ledger_prove(handle, Id(eventId), Id(size), out json, out error));
        }

        /// <summary>Checks a proof, without the ledger, against a root that was noted.</summary>
        /// <param name="proof">What <see cref="Prove"/> gave.</param>
        /// <param name="size">The size that was noted.</param>
        /// <param name="root">The root that was noted.</param>
        /// <returns>The number of the event that it proves.</returns>
        /// <exception cref="CitxStorageException">It does not prove its event for this root (<see cref="ErrorKind.Corrupted"/>).</exception>
        public static long VerifyProof(string proof, long size, string root)
        {
            using (Arguments arguments = new Arguments())
            {
                ulong id;
                IntPtr error;
                NativeText given = arguments.Text(proof, "proof");
                NativeText noted = arguments.Text(root, "root");
                Call.Check(NativeMethods.citx_verify_proof(given, Id(size), noted, out id, out error), error);
                return checked((long)id);
            }
        }

        /// <summary>Closes the ledger once the calls that run on it are over.</summary>
        public void Dispose()
        {
            handle.Dispose();
            policy.Dispose();
        }

        private delegate uint JoinCall(LedgerHandle ledger, NativeText citizen, NativeText other, NativeText at, NativeText actor, out ulong id, out IntPtr error);

        private delegate uint TextCall(out TextHandle text, out IntPtr error);

        private static IntPtr Event(
            Arguments arguments,
            string citizen,
            string purpose,
            string channel,
            string status,
            Instant capturedAt,
            string method,
            string contact,
            string topic,
            string scope,
            string notice,
            string evidenceRef,
            Instant validFrom,
            Instant validUntil,
            string actor,
            string jurisdiction,
            string source,
            string idempotencyKey)
        {
            return arguments.Options(new NativeEvent
            {
                Citizen = arguments.Text(citizen, "citizen"),
                Purpose = arguments.Maybe(purpose, "purpose"),
                Channel = arguments.Maybe(channel, "channel"),
                Status = arguments.Text(status, "status"),
                CapturedAt = arguments.Text(capturedAt, "capturedAt"),
                Method = arguments.Maybe(method, "method"),
                Contact = arguments.Maybe(contact, "contact"),
                Topic = arguments.Maybe(topic, "topic"),
                Scope = arguments.Maybe(scope, "scope"),
                Notice = arguments.Maybe(notice, "notice"),
                EvidenceRef = arguments.Maybe(evidenceRef, "evidenceRef"),
                ValidFrom = arguments.Maybe(validFrom.Text, "validFrom"),
                ValidUntil = arguments.Maybe(validUntil.Text, "validUntil"),
                Actor = arguments.Maybe(actor, "actor"),
                Jurisdiction = arguments.Maybe(jurisdiction, "jurisdiction"),
                Source = arguments.Maybe(source, "source"),
                IdempotencyKey = arguments.Maybe(idempotencyKey, "idempotencyKey"),
            });
        }

        private static ulong Id(long number)
        {
            return number < 0 ? 0 : (ulong)number;
        }

        private static string ReadText(TextCall call)
        {
            TextHandle text;
            IntPtr error;
            Call.Check(call(out text, out error), error);
            return Transfer.ReadText(text);
        }

        private long Join(JoinCall call, string citizen, string other, Instant at, string actor)
        {
            using (Arguments arguments = new Arguments())
            {
                ulong id;
                IntPtr error;
                NativeText first = arguments.Text(citizen, "citizen");
                NativeText second = arguments.Text(other, "other");
                NativeText from = arguments.Text(at, "at");
                Call.Check(call(handle, first, second, from, arguments.Maybe(actor, "actor"), out id, out error), error);
                return checked((long)id);
            }
        }
    }

    /// <summary>A place in a ledger: its last event, or the root of so many. Immutable.</summary>
    public sealed class LedgerHead
    {
        private LedgerHead(long sequence, string hash)
        {
            Sequence = sequence;
            Hash = hash;
        }

        /// <summary>Its number; 0 for an empty ledger.</summary>
        public long Sequence { get; }

        /// <summary>Its chain hash in hex.</summary>
        public string Hash { get; }

        internal static LedgerHead Read(ulong sequence, TextHandle hash)
        {
            using (hash)
            {
                return new LedgerHead(checked((long)sequence), NativeMethods.citx_text_str(hash).Copy());
            }
        }
    }
}
