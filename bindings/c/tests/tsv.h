/* Reads the cases of tests/conformance from the folder that CITX_CONFORMANCE names; the format is in its README.md. C99 and C++11. */
#ifndef CITX_TSV_H
#define CITX_TSV_H

#include "check.h"

#define MAX_FIELDS 16
#define MAX_ITEMS 64

/* Text that a case owns until the next one. */
static char *arena;
static size_t arena_used;
#define ARENA ((size_t)1 << 22)

static inline char *take(size_t size)
{
    char *memory = arena + arena_used;
    if (arena_used + size > ARENA) {
        abort();
    }
    arena_used += size;
    return memory;
}

/* The same, for structs. */
static inline char *take_aligned(size_t size)
{
    arena_used = (arena_used + 15) / 16 * 16;
    return take(size);
}

/* The bytes from `start` to `end` without their escapes. */
static inline char *unescape(const char *start, const char *end)
{
    char *out = take((size_t)(end - start) + 1), *at = out;
    for (; start < end; start++) {
        if (*start == '\\' && start + 1 < end) {
            start++;
            *at++ = (char)(*start == 't' ? '\t' : *start == 'n' ? '\n' : *start == 's' ? ';' : *start == 'p' ? '|' : *start == 'e' ? '=' : *start);
        } else {
            *at++ = *start;
        }
    }
    *at = 0;
    return out;
}

/* The parts between separators; none in the empty text. They end where `ends` says. */
static inline size_t split(const char *start, const char *end, char separator, const char **starts, const char **ends)
{
    size_t count = 0;
    if (start == end) {
        return 0;
    }
    for (;;) {
        const char *stop = start;
        while (stop < end && *stop != separator) {
            stop++;
        }
        if (count == MAX_ITEMS) {
            abort();
        }
        starts[count] = start;
        ends[count] = stop;
        count++;
        if (stop == end) {
            return count;
        }
        start = stop + 1;
    }
}

static inline const char *find(const char *start, const char *end, char wanted)
{
    while (start < end && *start != wanted) {
        start++;
    }
    return start;
}

/* One case: its fields by name, still escaped. */
typedef struct {
    const char *names[MAX_FIELDS], *name_ends[MAX_FIELDS];
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS];
    size_t columns, fields;
    const char *file;
} tsv_case;

static inline const char *raw_field(const tsv_case *one, const char *name, const char **end)
{
    size_t i;
    for (i = 0; i < one->columns; i++) {
        if ((size_t)(one->name_ends[i] - one->names[i]) == strlen(name) && memcmp(one->names[i], name, strlen(name)) == 0) {
            if (i >= one->fields) {
                *end = "";
                return *end;
            }
            *end = one->ends[i];
            return one->starts[i];
        }
    }
    printf("%s has no field %s\n", one->file, name);
    failed++;
    *end = "";
    return *end;
}

static inline char *field(const tsv_case *one, const char *name)
{
    const char *end, *start = raw_field(one, name, &end);
    return unescape(start, end);
}

/* What came out of a case, in the words of the file. */
static char outcome[200];

static inline void set_error(citx_status status)
{
    citx_str name = citx_status_name(status);
    snprintf(outcome, sizeof outcome, "error %.*s", (int)name.len, name.data);
}

static inline void judge(const tsv_case *one, const char *expected)
{
    if (strcmp(outcome, expected) == 0) {
        passed++;
    } else {
        failed++;
        printf("%s: %s: %s, not %s\n", one->file, field(one, "id"), outcome, expected);
    }
}

static inline void run_file(const char *folder, const char *name, void (*run)(const tsv_case *one))
{
    char path[4096];
    FILE *file;
    char *text;
    const char *line, *end;
    size_t len, cases = 0;
    tsv_case one;
    memset(&one, 0, sizeof one);
    one.file = name;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        printf("%s cannot be read\n", path);
        failed++;
        return;
    }
    text = (char *)malloc((size_t)1 << 24);
    len = text == NULL ? 0 : fread(text, 1, (size_t)1 << 24, file);
    fclose(file);
    end = text + len;
    for (line = text; line < end;) {
        const char *stop = find(line, end, '\n'), *last = stop > line && stop[-1] == '\r' ? stop - 1 : stop;
        if (last > line && *line != '#') {
            if (one.columns == 0) {
                one.columns = split(line, last, '\t', one.names, one.name_ends);
            } else {
                one.fields = split(line, last, '\t', one.starts, one.ends);
                arena_used = 0;
                run(&one);
                cases++;
            }
        }
        line = stop + 1;
    }
    free(text);
    printf("%s: %u cases\n", name, (unsigned)cases);
    CHECK(cases > 10);
}

/* The folder of the cases, once there is room for what they own; NULL, after a word about it, where there is none. */
static inline const char *cases_folder(void)
{
    const char *folder = getenv("CITX_CONFORMANCE");
    arena = (char *)malloc(ARENA);
    if (folder == NULL || arena == NULL) {
        printf("CITX_CONFORMANCE does not name the folder of the cases\n");
        return NULL;
    }
    return folder;
}

static inline int finish_cases(void)
{
    free(arena);
    CHECK(arrow_live == 0);
    return finish();
}

#endif
