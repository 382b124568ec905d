using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;

namespace Citx.Tests
{
    internal static class LifetimeTests
    {
        private const string Day = "2026-11-22";

        public static void ADisposedObjectSaysSo()
        {
            Population people = Make.People();
            SegmentBook book = Make.Book("all", "TRUE");
            Membership membership = book.Evaluate(people, Day);
            Segment all = membership["all"];
            people.Dispose();
            people.Dispose();
            Check.Equal("Population(disposed)", people.ToString());
            Check.Throws<ObjectDisposedException>(() => people.Count.ToString(), "Count");
            Check.Throws<ObjectDisposedException>(() => people.ToTable(), "ToTable");
            Check.Throws<ObjectDisposedException>(() => book.Evaluate(people, Day), "Evaluate");
            book.Dispose();
            Check.Throws<ObjectDisposedException>(() => book.Names.ToString(), "Names");
            membership.Dispose();
            Check.Equal(5, all.Count, "what was made from them lives on");
            Check.Equal(5, all.Keys().Count);
            all.Dispose();
            Check.Throws<ObjectDisposedException>(() => all.Name.ToString(), "Name");
        }

        public static void DisposingWhileACallRunsIsSafe()
        {
            Table rows = Numbers(5000);
            using (SegmentBook book = Make.Book("a", "n % 7 = 3 AND t LIKE '%9%'", "b", "n > 100 OR t = 'x'"))
            {
                for (int round = 0; round < 12; round++)
                {
                    Population people = Population.FromTable(rows, "k");
                    Exception unexpected = null;
                    Thread[] readers = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
                    {
                        try
                        {
                            for (int i = 0; i < 10; i++)
                            {
                                using (Membership membership = book.Evaluate(people, Day))
                                {
                                    membership.Counts();
                                }
                                GC.KeepAlive(people.Key);
                            }
                        }
                        catch (ObjectDisposedException)
                        {
                            // What a call that starts after the disposal must say.
                        }
                        catch (Exception error)
                        {
                            unexpected = error;
                        }
                    })).ToArray();
                    Array.ForEach(readers, reader => reader.Start());
                    Thread.SpinWait(round * 2000);
                    people.Dispose();
                    Array.ForEach(readers, reader => reader.Join());
                    Check.True(unexpected == null, "a reader saw " + unexpected);
                }
            }
        }

        public static void DisposingInsideACallLetsItFinish()
        {
            Population people = Population.FromTable(Numbers(20000), "k");
            SegmentBook book = Make.Book("a", "n >= 10000");
            int heard = 0;
            RunOptions run = new RunOptions
            {
                Progress = new Listener(share =>
                {
                    Interlocked.Increment(ref heard);
                    people.Dispose();
                    book.Dispose();
                }),
            };
            using (Membership membership = book.Evaluate(people, Day, "UTC", run))
            {
                Check.Equal(10000, membership.Counts()["a"]);
            }
            Check.True(heard > 0, "progress was heard");
            Check.Throws<ObjectDisposedException>(() => people.Count.ToString());
        }

        public static void CallsAreCancelled()
        {
            using (Population people = Population.FromTable(Numbers(20000), "k"))
            using (SegmentBook book = Make.Book("a", "n >= 10000"))
            using (CancelToken token = new CancelToken())
            using (CancellationTokenSource source = new CancellationTokenSource())
            {
                Check.True(!token.IsCancelled, "fresh");
                token.Cancel();
                Check.True(token.IsCancelled, "cancelled");
                Check.Fails<CitxLimitException>(ErrorKind.Cancelled, () => book.Evaluate(people, Day, run: new RunOptions { Cancel = token }));

                RunOptions midway = new RunOptions { CancellationToken = source.Token, Progress = new Listener(share => source.Cancel()), Threads = 1 };
                OperationCanceledException stopped = Check.Throws<OperationCanceledException>(() =>
                {
                    // More blocks than one, so that there is something left to stop.
                    using (Population many = Population.FromTable(Numbers(400000), "k"))
                    {
                        book.Evaluate(many, Day, "UTC", midway);
                    }
                });
                Check.Equal(source.Token, stopped.CancellationToken);
                Check.Throws<OperationCanceledException>(() => book.Evaluate(people, Day, "UTC", source.Token), "cancelled before");
                Check.Fails<CitxArgumentException>(
                    ErrorKind.InvalidArgument, () => book.Evaluate(people, Day, run: new RunOptions { Cancel = token, CancellationToken = source.Token }));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => book.Evaluate(people, Day, run: new RunOptions { Threads = -1 }));
                using (Membership membership = book.Evaluate(people, Day, "UTC", CancellationToken.None))
                {
                    Check.Equal(10000, membership.Counts()["a"]);
                }
            }
        }

        public static void AnExceptionOfTheListenerComesOutOfTheCall()
        {
            using (Population people = Population.FromTable(Numbers(20000), "k"))
            using (SegmentBook book = Make.Book("a", "n >= 10000"))
            {
                RunOptions run = new RunOptions { Progress = new Listener(share => { throw new InvalidTimeZoneException("mine"); }) };
                Check.Equal("mine", Check.Throws<InvalidTimeZoneException>(() => book.Evaluate(people, Day, "UTC", run)).Message);
            }
        }

        public static void ResultsDoNotDependOnThreads()
        {
            using (Population people = Population.FromTable(Numbers(50000), "k"))
            using (SegmentBook book = Make.Book("a", "n % 3 = 1", "b", "t LIKE '%7%' AND NOT in_segment('a')"))
            {
                object[] expected = null;
                foreach (int threads in new[] { 1, 2, 3, 8, 0 })
                {
                    using (Membership membership = book.Evaluate(people, Day, run: new RunOptions { Threads = threads }))
                    using (Segment b = membership["b"])
                    {
                        object[] mask = b.Mask().ToArray();
                        Check.Sequence(expected ?? mask, mask, threads + " threads");
                        expected = mask;
                    }
                }
            }
        }

        public static void ManyThreadsShareImmutableObjects()
        {
            using (Population people = Make.People())
            using (SegmentBook book = Make.Book("older", "age(dob) >= 65"))
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                List<Exception> errors = new List<Exception>();
                Thread[] workers = Enumerable.Range(0, 8).Select(worker => new Thread(() =>
                {
                    try
                    {
                        for (int i = 0; i < 25; i++)
                        {
                            string citizen = "C-" + worker + "-" + i;
                            ledger.Append(citizen, "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                            Check.Equal(Outcome.Allow, ledger.Decide(citizen, "newsletter", "email", Day).Outcome);
                            Check.Sequence(new[] { "older" }, book.Match(people.Row("C-1"), Day));
                        }
                    }
                    catch (Exception error)
                    {
                        lock (errors)
                        {
                            errors.Add(error);
                        }
                    }
                })).ToArray();
                Array.ForEach(workers, worker => worker.Start());
                Array.ForEach(workers, worker => worker.Join());
                Check.True(errors.Count == 0, errors.Count == 0 ? string.Empty : errors[0].ToString());
                Check.Equal(200L, ledger.Count);
                Check.Equal(200L, ledger.Verify());
            }
        }

        public static void MemoryDoesNotGrow()
        {
            Table rows = Numbers(20000);
            using (SegmentBook book = Make.Book("a", "n % 7 = 3"))
            {
                Action once = () =>
                {
                    using (Population people = Population.FromTable(rows, "k"))
                    using (Membership membership = book.Evaluate(people, Day))
                    using (Segment segment = membership["a"])
                    {
                        segment.Keys();
                        people.ToTable();
                        Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => membership["b"].Dispose());
                        Check.Fails<CitxStateException>(ErrorKind.NotFound, () => people.Row("nobody"));
                        book.Match(Make.Record("n", 3), Day);
                    }
                };
                Grows(once, 15, 50);
            }
        }

        public static void ForgottenObjectsAreFreedByTheCollector()
        {
            Table rows = Numbers(20000);
            Grows(() => Population.FromTable(rows, "k").Count.ToString(), 15, 50);
        }

        /// <summary>Fails if doing it often needs much more memory than doing it a few times; what one round takes is megabytes.</summary>
        private static void Grows(Action once, int warm, int rounds)
        {
            if (!File.Exists("/proc/self/statm"))
            {
                throw new Skip("memory in use is read from /proc");
            }
            for (int i = 0; i < warm; i++)
            {
                once();
            }
            long before = ResidentBytes();
            for (int i = 0; i < rounds; i++)
            {
                once();
                if (i % 20 == 0)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                }
            }
            long growth = ResidentBytes() - before;
            Check.True(growth < 40 << 20, "memory grew by " + (growth >> 20) + " MiB in " + rounds + " rounds");
        }

        private static long ResidentBytes()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * 4096;
        }

        private static Table Numbers(int rows)
        {
            return Make.Table(
                "k", Enumerable.Range(0, rows).Select(i => "C-" + i).ToArray(),
                "n", Enumerable.Range(0, rows).Select(i => (long)i).ToArray(),
                "t", Enumerable.Range(0, rows).Select(i => "text " + i).ToArray());
        }

        private sealed class Listener : IProgress<double>
        {
            private readonly Action<double> hear;

            internal Listener(Action<double> hear)
            {
                this.hear = hear;
            }

            public void Report(double value)
            {
                hear(value);
            }
        }
    }
}
