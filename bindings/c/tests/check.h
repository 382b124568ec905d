/* What the tests share: checks that count, and Arrow tables made by hand. C99 and C++11. */
#ifndef CITX_CHECK_H
#define CITX_CHECK_H

#include <citx.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed;
static int failed;

#define CHECK(condition)                                                                                                         \
    do {                                                                                                                         \
        if (condition) {                                                                                                         \
            passed++;                                                                                                            \
        } else {                                                                                                                 \
            failed++;                                                                                                            \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                               \
        }                                                                                                                        \
    } while (0)

/* The call returns OK and sets no error. */
#define OK(call)                                                                                                                 \
    do {                                                                                                                         \
        citx_error *err = NULL;                                                                                                  \
        citx_status status = call;                                                                                               \
        check_status(__FILE__, __LINE__, #call, status, CITX_STATUS_OK, err);                                                    \
    } while (0)

/* The call returns that status and an error that says so. */
#define REFUSED(expected, call)                                                                                                  \
    do {                                                                                                                         \
        citx_error *err = NULL;                                                                                                  \
        citx_status status = call;                                                                                               \
        check_status(__FILE__, __LINE__, #call, status, expected, err);                                                          \
    } while (0)

static inline void check_status(const char *file, int line, const char *call, citx_status status, citx_status expected, citx_error *err)
{
    citx_str message = citx_error_message(err);
    int right = status == expected && citx_error_status(err) == status && (status == CITX_STATUS_OK) == (err == NULL);
    if (right && err != NULL) {
        right = message.len > 0;
    }
    if (right) {
        passed++;
    } else {
        failed++;
        printf("%s:%d: status %u where %u was expected: %.*s\n    %s\n", file, line, (unsigned)status, (unsigned)expected, (int)message.len,
               message.len > 0 ? message.data : "", call);
    }
    citx_error_free(err);
}

static inline int finish(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}

static inline citx_str str(const char *text)
{
    citx_str view;
    view.data = text;
    view.len = text == NULL ? 0 : strlen(text);
    return view;
}

static inline int same(citx_str view, const char *text)
{
    return view.len == strlen(text) && (view.len == 0 || memcmp(view.data, text, view.len) == 0);
}

static inline int contains(citx_str view, const char *text)
{
    size_t at, len = strlen(text);
    for (at = 0; at + len <= view.len; at++) {
        if (memcmp(view.data + at, text, len) == 0) {
            return 1;
        }
    }
    return 0;
}

static inline citx_strs strs(const citx_str *items, size_t len)
{
    citx_strs list;
    memset(&list, 0, sizeof list);
    list.items = items;
    list.len = len;
    return list;
}

static inline citx_pairs pairs(const citx_pair *items, size_t len)
{
    citx_pairs list;
    memset(&list, 0, sizeof list);
    list.items = items;
    list.len = len;
    return list;
}

static inline citx_pair pair(const char *name, const char *value)
{
    citx_pair one;
    one.name = str(name);
    one.value = str(value);
    return one;
}

/* Arrow by hand. Every struct and buffer is counted, so that a test sees that the importer released all of it, once. */

static int arrow_live; /* allocations that have not been freed */

static inline void *arrow_alloc(size_t size)
{
    void *memory = calloc(1, size == 0 ? 1 : size);
    if (memory == NULL) {
        abort();
    }
    arrow_live++;
    return memory;
}

static inline void arrow_free(const void *memory)
{
    if (memory != NULL) {
        arrow_live--;
        free((void *)memory);
    }
}

static inline void release_schema(struct ArrowSchema *schema)
{
    size_t i, n_children = (size_t)schema->private_data; /* a test may have damaged the public field */
    for (i = 0; i < n_children; i++) {
        struct ArrowSchema *child = schema->children[i];
        if (child != NULL) {
            if (child->release != NULL) {
                child->release(child);
            }
            arrow_free(child);
        }
    }
    if (schema->dictionary != NULL) {
        if (schema->dictionary->release != NULL) {
            schema->dictionary->release(schema->dictionary);
        }
        arrow_free(schema->dictionary);
    }
    arrow_free(schema->children);
    arrow_free(schema->format);
    arrow_free(schema->name);
    arrow_free(schema->metadata);
    schema->release = NULL;
}

/* What an array owns, kept apart from its public fields so that a test may damage those. */
typedef struct {
    const void *buffers[4];
    const void **list;
    struct ArrowArray **children;
    int64_t n_children;
    struct ArrowArray *dictionary;
} arrow_owned;

static inline void release_array(struct ArrowArray *array)
{
    arrow_owned *owned = (arrow_owned *)array->private_data;
    int64_t i;
    for (i = 0; i < 4; i++) {
        arrow_free(owned->buffers[i]);
    }
    for (i = 0; i < owned->n_children; i++) {
        if (owned->children[i]->release != NULL) {
            owned->children[i]->release(owned->children[i]);
        }
        arrow_free(owned->children[i]);
    }
    if (owned->dictionary != NULL) {
        if (owned->dictionary->release != NULL) {
            owned->dictionary->release(owned->dictionary);
        }
        arrow_free(owned->dictionary);
    }
    arrow_free(owned->children);
    arrow_free(owned->list);
    arrow_free(owned);
    array->release = NULL;
}

static inline char *arrow_text(const char *text)
{
    char *copy = (char *)arrow_alloc(strlen(text) + 1);
    strcpy(copy, text);
    return copy;
}

static inline void make_schema(struct ArrowSchema *schema, const char *format, const char *name, int64_t children)
{
    memset(schema, 0, sizeof *schema);
    schema->format = arrow_text(format);
    schema->name = arrow_text(name);
    schema->flags = ARROW_FLAG_NULLABLE;
    schema->n_children = children;
    schema->children = children > 0 ? (struct ArrowSchema **)arrow_alloc((size_t)children * sizeof(void *)) : NULL;
    schema->private_data = (void *)(size_t)children;
    schema->release = release_schema;
}

static inline void make_array(struct ArrowArray *array, int64_t length, int64_t buffers, int64_t children)
{
    arrow_owned *owned = (arrow_owned *)arrow_alloc(sizeof *owned);
    owned->list = (const void **)arrow_alloc(4 * sizeof(void *));
    owned->n_children = children;
    owned->children = children > 0 ? (struct ArrowArray **)arrow_alloc((size_t)children * sizeof(void *)) : NULL;
    memset(array, 0, sizeof *array);
    array->length = length;
    array->n_buffers = buffers;
    array->n_children = children;
    array->buffers = owned->list;
    array->children = owned->children;
    array->private_data = owned;
    array->release = release_array;
}

static inline void *set_buffer(struct ArrowArray *array, int index, size_t size)
{
    arrow_owned *owned = (arrow_owned *)array->private_data;
    void *buffer = arrow_alloc(size + 8);
    owned->buffers[index] = buffer;
    owned->list[index] = buffer;
    return buffer;
}

/* A table under construction: one struct array and its schema. */
typedef struct {
    struct ArrowArray array;
    struct ArrowSchema schema;
    int64_t columns;
} arrow_table;

static inline void table_start(arrow_table *table, int64_t rows, int64_t columns)
{
    make_schema(&table->schema, "+s", "", columns);
    make_array(&table->array, rows, 1, columns);
    table->columns = 0;
}

/* The next column, with room for its values; `nulls` has one 0 or 1 for each row, or is NULL. */
static inline struct ArrowArray *table_column(arrow_table *table, const char *name, const char *format, int64_t buffers, const int *nulls)
{
    struct ArrowArray *array = (struct ArrowArray *)arrow_alloc(sizeof *array);
    struct ArrowSchema *schema = (struct ArrowSchema *)arrow_alloc(sizeof *schema);
    int64_t row;
    make_schema(schema, format, name, 0);
    make_array(array, table->array.length, buffers, 0);
    table->schema.children[table->columns] = schema;
    ((arrow_owned *)table->array.private_data)->children[table->columns] = array;
    table->columns++;
    if (nulls != NULL) {
        unsigned char *bits = (unsigned char *)set_buffer(array, 0, (size_t)array->length / 8 + 1);
        for (row = 0; row < array->length; row++) {
            if (nulls[row]) {
                array->null_count++;
            } else {
                bits[row / 8] = (unsigned char)(bits[row / 8] | (1 << (row % 8)));
            }
        }
    }
    return array;
}

/* A column of text; NULL is null. */
static inline struct ArrowArray *table_text(arrow_table *table, const char *name, const char *const *values)
{
    int64_t rows = table->array.length, row;
    int *nulls = (int *)calloc((size_t)rows + 1, sizeof(int));
    int32_t *offsets, size = 0;
    char *bytes;
    struct ArrowArray *array;
    if (nulls == NULL) {
        abort();
    }
    for (row = 0; row < rows; row++) {
        nulls[row] = values[row] == NULL;
        size += values[row] == NULL ? 0 : (int32_t)strlen(values[row]);
    }
    array = table_column(table, name, "u", 3, nulls);
    offsets = (int32_t *)set_buffer(array, 1, ((size_t)rows + 1) * sizeof(int32_t));
    bytes = (char *)set_buffer(array, 2, (size_t)size);
    for (row = 0; row < rows; row++) {
        size_t len = values[row] == NULL ? 0 : strlen(values[row]);
        if (len > 0) {
            memcpy(bytes + offsets[row], values[row], len);
        }
        offsets[row + 1] = offsets[row] + (int32_t)len;
    }
    free(nulls);
    return array;
}

static inline struct ArrowArray *table_fixed(arrow_table *table, const char *name, const char *format, const void *values, size_t width,
                                             const int *nulls)
{
    struct ArrowArray *array = table_column(table, name, format, 2, nulls);
    size_t size = (size_t)array->length * width;
    void *buffer = set_buffer(array, 1, size);
    if (size > 0) {
        memcpy(buffer, values, size);
    }
    return array;
}

static inline struct ArrowArray *table_int(arrow_table *table, const char *name, const int64_t *values, const int *nulls)
{
    return table_fixed(table, name, "l", values, sizeof(int64_t), nulls);
}

static inline struct ArrowArray *table_float(arrow_table *table, const char *name, const double *values, const int *nulls)
{
    return table_fixed(table, name, "g", values, sizeof(double), nulls);
}

static inline struct ArrowArray *table_date(arrow_table *table, const char *name, const int32_t *days, const int *nulls)
{
    return table_fixed(table, name, "tdD", days, sizeof(int32_t), nulls);
}

/* Hands the table over; NULL, after a failed check, if it is refused. */
static inline citx_table *table_import(arrow_table *table)
{
    citx_table *out = NULL;
    OK(citx_table_import_array(&table->array, &table->schema, &out, &err));
    return out;
}

static inline citx_str record_text(const citx_record *record, const char *name)
{
    citx_str value = {NULL, 0};
    OK(citx_record_get_str(record, str(name), &value, &err));
    return value;
}

/* The text in a cell of a table, or "" where it is none. */
static inline int cell_is(const citx_table *table, size_t row, const char *column, const char *expected)
{
    citx_record *record = NULL;
    citx_str value = {NULL, 0};
    int right = 0;
    if (citx_table_row(table, row, &record, NULL) == CITX_STATUS_OK && citx_record_get_str(record, str(column), &value, NULL) == CITX_STATUS_OK) {
        right = same(value, expected);
    }
    if (!right) {
        printf("cell (%u, %s) is `%.*s`, not `%s`\n", (unsigned)row, column, (int)value.len, value.len > 0 ? value.data : "", expected);
    }
    citx_record_free(record);
    return right;
}

#endif
