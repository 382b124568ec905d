using System;
using Citx.Native;

namespace Citx
{
    /// <summary>What rules may read beside the attributes of citizens. It owns nothing: dispose what it names.</summary>
    public sealed class Sources
    {
        /// <summary>For <c>event_count</c>, <c>first_event</c> and <c>last_event</c>; null for none.</summary>
        public Events Events { get; set; }

        /// <summary>For <c>may_contact</c>; null for none.</summary>
        public ConsentView View { get; set; }

        /// <summary>Which field of a single record is the citizen's key; null is <c>citizen_id</c>. A population knows its own.</summary>
        public string Key { get; set; }

        /// <summary>Which fields of a single record are facts of consent; null is none. A population knows its own.</summary>
        public FactColumns Facts { get; set; }

        internal static IntPtr Write(Sources sources, Arguments arguments)
        {
            if (sources == null)
            {
                return IntPtr.Zero;
            }
            return arguments.Options(new NativeSources
            {
                Events = sources.Events == null ? IntPtr.Zero : arguments.Hold(Guard.Open(sources.Events.Handle)),
                View = sources.View == null ? IntPtr.Zero : arguments.Hold(Guard.Open(sources.View.Handle)),
                Key = arguments.Maybe(sources.Key, "Key"),
                Facts = sources.Facts == null ? IntPtr.Zero : sources.Facts.Write(arguments),
            });
        }
    }
}
