/* A project file run from C, in a folder of its own; what it says and what it refuses. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <unistd.h>

static char folder[200];

static void write_file(const char *name, const char *text)
{
    char path[300];
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "wb");
    CHECK(file != NULL);
    if (file != NULL) {
        CHECK(fwrite(text, 1, strlen(text), file) == strlen(text));
        CHECK(fclose(file) == 0);
    }
}

static int there(const char *name)
{
    char path[300];
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file != NULL) {
        fclose(file);
    }
    return file != NULL;
}

int main(void)
{
    const char *base = getenv("TMPDIR");
    char path[300], command[400];
    citx_text *json = NULL;
    citx_run_options run;
    citx_cancel *cancel = NULL;
    citx_population *people = NULL;
    citx_read_options options;
    citx_pair types[1];
    citx_table *rejected = NULL;
    citx_error *error = NULL;
    snprintf(folder, sizeof folder, "%s/citx-project-XXXXXX", base == NULL ? "/tmp" : base);
    if (mkdtemp(folder) == NULL) {
        printf("no folder can be made under %s\n", base == NULL ? "/tmp" : base);
        return 2;
    }
    snprintf(path, sizeof path, "%s/citx.toml", folder);
    REFUSED(CITX_STATUS_IO, citx_run(str(path), CITX_STR("2026-11-22"), NULL, &json, &err));
    write_file("residents.csv", "citizen_id,dob,opens\nC-1,1950-01-31,3\nC-2,1990-06-01,0\nC-3,,7\n");
    write_file("citx.toml", "[citizens]\nsource = \"residents.csv\"\nkey = \"citizen_id\"\n[segments]\nolder = \"age(dob) >= 65\"\n"
                            "[output]\nfolder = \"out\"\n");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_run(str(path), CITX_STR("soon"), NULL, &json, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_run(str(path), CITX_STR("2026-11-22"), NULL, NULL, &err));
    OK(citx_cancel_new(&cancel, &err));
    citx_cancel_set(cancel);
    memset(&run, 0, sizeof run);
    run.struct_size = sizeof run;
    run.cancel = cancel;
    REFUSED(CITX_STATUS_CANCELLED, citx_run(str(path), CITX_STR("2026-11-22"), &run, &json, &err));
    CHECK(json == NULL && !there("out/memberships.parquet"));
    OK(citx_run(str(path), CITX_STR("2026-11-22"), NULL, &json, &err));
    CHECK(contains(citx_text_str(json), "\"older\"") && there("out/memberships.parquet"));
    citx_text_free(json);
    json = NULL;
    write_file("citx.toml", "[citizens]\nsource = \"residents.csv\"\nkey = \"citizen_id\"\n[segments]\nolder = \"age(dbo) >= 65\"\n");
    CHECK(citx_run(str(path), CITX_STR("2026-11-22"), NULL, &json, &error) != CITX_STATUS_OK && json == NULL);
    CHECK(contains(citx_error_message(error), "dob"));
    citx_error_free(error);
    error = NULL;
    /* The same citizens with bad rows: refused as a whole, or set aside. */
    write_file("bad.csv", "citizen_id,dob\nC-1,31/01/1950\nC-1,01/06/1990\nC-2,secret of Ann\n");
    snprintf(path, sizeof path, "%s/bad.csv", folder);
    types[0] = pair("dob", "date:%d/%m/%Y");
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.types = pairs(types, 1);
    CHECK(citx_population_read(str(path), CITX_STR("citizen_id"), &options, &people, &error) == CITX_STATUS_INVALID_ARGUMENT);
    CHECK(contains(citx_error_message(error), "bad.csv") && !contains(citx_error_message(error), "Ann") && people == NULL);
    citx_error_free(error);
    options.on_error = CITX_STR("quarantine");
    OK(citx_population_read(str(path), CITX_STR("citizen_id"), &options, &people, &err));
    OK(citx_population_rejected(people, &rejected, &err));
    CHECK(citx_population_len(people) + citx_table_num_rows(rejected) == 3 && citx_table_num_rows(rejected) >= 2);
    citx_table_free(rejected);
    citx_population_free(people);
    citx_cancel_free(cancel);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    CHECK(system(command) == 0);
    return finish();
}
