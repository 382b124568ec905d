using System;
using System.IO;

namespace Citx.Tests
{
    internal static class ProjectTests
    {
        public static void AProjectRunsFromItsFile()
        {
            using (Folder folder = new Folder())
            {
                folder.File("people.csv", "id,dob\n1,1950-01-01\n2,1990-01-01\n3,\n");
                string file = folder.File(
                    "citx.toml",
                    "[citizens]\nsource = \"people.csv\"\nkey = \"id\"\n\n[segments]\nolder = \"age(dob) >= 65\"\n\n[output]\nfolder = \"out\"\n");
                string json = Project.Run(file, "2026-11-22");
                Check.True(json.Contains("older"), json);
                Table memberships = Table.Read(folder.File("out/memberships.parquet"));
                Check.Sequence(new object[] { true, false, false }, memberships["older"]);
            }
        }

        public static void BadProjectsAreTypedErrors()
        {
            using (Folder folder = new Folder())
            {
                Check.Throws<CitxException>(() => Project.Run(folder.File("bad.toml", "[citizens\n"), "2026-11-22"), "TOML");
                Check.Throws<CitxException>(() => Project.Run(folder.File("odd.toml", "[citizen]\nsource = 1\n"), "2026-11-22"), "keys");
                Check.Throws<CitxStorageException>(() => Project.Run(folder.File("absent.toml"), "2026-11-22"), "absent");
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Project.Run(null, "2026-11-22"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Project.Run(folder.File("absent.toml"), default(Instant)));
            }
        }
    }
}
