using System;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Citx.Native;

namespace Citx
{
    /// <summary>Answers the consent check of Dynamics 365 Customer Insights - Journeys. Immutable: any thread may use it.</summary>
    public sealed class ConsentProvider : IDisposable
    {
        private readonly ProviderHandle handle;

        private ConsentProvider(ProviderHandle handle)
        {
            this.handle = handle;
        }

        private delegate uint OpenCall(ViewHandle view, PopulationHandle people, NativeText mapping, out ProviderHandle provider, out IntPtr error);

        /// <summary>A provider for everyone in a view. Whose contact point one is, say the view's events and the contact columns of the population.</summary>
        /// <param name="view">The consent.</param>
        /// <param name="mapping">What a tenant's identifiers mean, as TOML (<c>docs/spec/records.md</c>).</param>
        /// <param name="people">The citizens; null for those of the events alone.</param>
        /// <returns>The provider; it may outlive both.</returns>
        /// <exception cref="CitxArgumentException">The text is no mapping.</exception>
        /// <exception cref="CitxRuleException">The policy does not have a purpose or channel of the mapping.</exception>
        public static ConsentProvider Create(ConsentView view, string mapping, Population people = null)
        {
            return Open(NativeMethods.citx_provider_new, view, mapping, people, "mapping");
        }

        /// <summary>The same with the mapping in a file.</summary>
        /// <param name="view">The consent.</param>
        /// <param name="path">The TOML file.</param>
        /// <param name="people">The citizens; null for those of the events alone.</param>
        /// <returns>The provider; it may outlive both.</returns>
        /// <exception cref="CitxStorageException">The file cannot be read.</exception>
        /// <exception cref="CitxArgumentException">The file is no mapping.</exception>
        /// <exception cref="CitxRuleException">The policy does not have a purpose or channel of the mapping.</exception>
        public static ConsentProvider Read(ConsentView view, string path, Population people = null)
        {
            return Open(NativeMethods.citx_provider_read, view, path, people, "path");
        }

        /// <summary>Answers a request. What has no place in the mapping is denied.</summary>
        /// <param name="request">The request, as JSON.</param>
        /// <param name="token">Gives the opaque token that ends a contact point's unsubscribe addresses; asked for where the request wants them and
        /// the message is allowed. Null where none is wanted.</param>
        /// <returns>The answer, as JSON.</returns>
        /// <exception cref="CitxArgumentException">The text is no such request, or an address is wanted that cannot be made.</exception>
        /// <exception cref="CitxLimitException">More than 1,000 contact points, one of more than 1,024 bytes, or more than 1 MiB.</exception>
        public string Answer(string request, Func<string, string> token = null)
        {
            Exception thrown = null;
            using (Arguments arguments = new Arguments())
            {
                // An exception must not pass through the library, so it is thrown when the call is over.
                TokenCall call = (contact, data) =>
                {
                    try
                    {
                        return arguments.Text(token(contact.Copy()), "token");
                    }
                    catch (Exception error)
                    {
                        thrown = thrown ?? error;
                        return default(NativeText);
                    }
                };
                IntPtr tokens = token == null
                    ? IntPtr.Zero
                    : arguments.Options(new NativeTokens { Token = Marshal.GetFunctionPointerForDelegate(call) });
                TextHandle json;
                IntPtr failure;
                uint status = NativeMethods.citx_provider_answer(handle, arguments.Text(request, "request"), tokens, out json, out failure);
                GC.KeepAlive(call);
                if (thrown != null)
                {
                    using (json)
                    using (new ErrorHandle(failure, true))
                    {
                        ExceptionDispatchInfo.Capture(thrown).Throw();
                    }
                }
                Call.Check(status, failure);
                return Transfer.ReadText(json);
            }
        }

        /// <summary>Frees the provider once the calls that run on it are over.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }

        private static ConsentProvider Open(OpenCall call, ConsentView view, string text, Population people, string name)
        {
            Guard.NotNull(view, "view");
            using (Arguments arguments = new Arguments())
            using (PopulationHandle nobody = new PopulationHandle())
            {
                ProviderHandle provider;
                IntPtr error;
                NativeText given = arguments.Text(text, name);
                PopulationHandle citizens = people == null ? nobody : Guard.Open(people.Handle);
                Call.Check(call(Guard.Open(view.Handle), citizens, given, out provider, out error), error);
                return new ConsentProvider(provider);
            }
        }
    }
}
