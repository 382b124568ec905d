/* Arrow in and out: the types that hosts send, streams of many batches, and structs that are wrong in every way that can be seen. */
#include "check.h"

/* A good table of one row and three columns, to be damaged. */
static void sample(arrow_table *table)
{
    static const char *const ids[] = {"a", "b", "c"};
    static const int64_t numbers[] = {1, 2, 3};
    static const double shares[] = {0.5, 0.25, 0.125};
    static const int nulls[] = {0, 1, 0};
    table_start(table, 3, 3);
    table_text(table, "id", ids);
    table_int(table, "n", numbers, nulls);
    table_float(table, "share", shares, NULL);
}

/* The damaged table is refused and released; nothing of it is left. */
#define DAMAGED(status, damage)                                                                                                  \
    do {                                                                                                                         \
        arrow_table table;                                                                                                       \
        struct ArrowArray *array, *text, *number;                                                                                \
        struct ArrowSchema *schema, *text_schema, *number_schema;                                                                \
        citx_table *out = NULL;                                                                                                  \
        sample(&table);                                                                                                          \
        array = &table.array, schema = &table.schema;                                                                            \
        text = array->children[0], number = array->children[1];                                                                  \
        text_schema = schema->children[0], number_schema = schema->children[1];                                                  \
        damage;                                                                                                                  \
        (void)array, (void)text, (void)number, (void)schema, (void)text_schema, (void)number_schema;                             \
        REFUSED(status, citx_table_import_array(&table.array, &table.schema, &out, &err));                                       \
        CHECK(out == NULL && table.array.release == NULL && table.schema.release == NULL);                                       \
        CHECK(arrow_live == 0);                                                                                                  \
        if (out != NULL || arrow_live != 0) {                                                                                    \
            printf("    after %s\n", #damage);                                                                                   \
        }                                                                                                                        \
        citx_table_free(out);                                                                                                    \
        arrow_live = 0;                                                                                                          \
    } while (0)

static void set_format(struct ArrowSchema *schema, const char *format)
{
    arrow_free(schema->format);
    schema->format = format == NULL ? NULL : arrow_text(format);
}

static void set_name(struct ArrowSchema *schema, const char *name)
{
    arrow_free(schema->name);
    schema->name = name == NULL ? NULL : arrow_text(name);
}

static void set_metadata(struct ArrowSchema *schema, int32_t entries, int32_t key)
{
    char *bytes = (char *)arrow_alloc(64);
    memcpy(bytes, &entries, 4);
    memcpy(bytes + 4, &key, 4);
    schema->metadata = bytes;
}

static void damaged_arrays(void)
{
    const citx_status invalid = CITX_STATUS_INVALID_ARGUMENT;
    int32_t *offsets;
    DAMAGED(invalid, array->length = -1);
    DAMAGED(invalid, array->length = INT64_MAX);
    DAMAGED(invalid, array->length = 4);
    DAMAGED(invalid, array->length = INT64_C(1) << 39);
    DAMAGED(invalid, array->offset = -1);
    DAMAGED(invalid, array->offset = INT64_MAX);
    DAMAGED(invalid, array->offset = 1);
    DAMAGED(invalid, array->null_count = 2);
    DAMAGED(invalid, array->null_count = -2);
    DAMAGED(invalid, array->n_buffers = 0);
    DAMAGED(invalid, array->n_buffers = 2);
    DAMAGED(invalid, array->n_buffers = -1);
    DAMAGED(invalid, array->n_children = 2);
    DAMAGED(invalid, array->n_children = -1);
    DAMAGED(invalid, array->n_children = INT64_MAX);
    DAMAGED(invalid, array->children = NULL);
    DAMAGED(invalid, array->buffers = NULL);
    DAMAGED(invalid, number->length = 2);
    DAMAGED(invalid, number->length = -3);
    DAMAGED(invalid, number->n_buffers = 1);
    DAMAGED(invalid, number->n_buffers = 3);
    DAMAGED(invalid, number->n_buffers = INT64_MIN);
    DAMAGED(invalid, number->buffers = NULL);
    DAMAGED(invalid, number->buffers[0] = NULL);
    DAMAGED(invalid, number->buffers[1] = NULL);
    DAMAGED(invalid, number->null_count = 3);
    DAMAGED(invalid, number->null_count = 4);
    DAMAGED(invalid, number->dictionary = text);
    DAMAGED(invalid, number->offset = INT64_MAX - 1);
    DAMAGED(invalid, number->n_children = 1);
    DAMAGED(invalid, text->n_buffers = 2);
    DAMAGED(invalid, text->buffers[1] = NULL);
    DAMAGED(invalid, text->buffers[2] = NULL);
    DAMAGED(invalid, (offsets = (int32_t *)(size_t)text->buffers[1], offsets[0] = -1));
    DAMAGED(invalid, (offsets = (int32_t *)(size_t)text->buffers[1], offsets[3] = -1));
    DAMAGED(invalid, (offsets = (int32_t *)(size_t)text->buffers[1], offsets[1] = 3, offsets[2] = 1));
    DAMAGED(invalid, (offsets = (int32_t *)(size_t)text->buffers[1], offsets[1] = 100));
    DAMAGED(invalid, *(char *)(size_t)text->buffers[2] = (char)0xff);
    DAMAGED(invalid, text->buffers[1] = (const char *)text->buffers[1] + 1);
}

static void damaged_schemas(void)
{
    const citx_status invalid = CITX_STATUS_INVALID_ARGUMENT;
    static const char *const unknown[] = {"?", "", "q", "tsx:", "d:", "d:40", "d:x,y", "w:", "w:x", "d:10,2,12", "long name"};
    static const char *const wrong[] = {"d:0,0", "d:39,2", "d:200,2", "d:5,6", "d:9,2,32", "w:-1", "+w:x", "+l", "+s", "+m", "+r", "+w:2", "u", "vu", "U", "b"};
    size_t i;
    for (i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        DAMAGED(CITX_STATUS_UNSUPPORTED, set_format(number_schema, unknown[i]));
    }
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        arrow_table table;
        citx_table *out = NULL;
        sample(&table);
        set_format(table.schema.children[1], wrong[i]);
        /* `b` and a narrow decimal read the same buffers as other values, which nobody can see. */
        if (citx_table_import_array(&table.array, &table.schema, &out, NULL) == CITX_STATUS_OK) {
            CHECK(strcmp(wrong[i], "b") == 0 || strcmp(wrong[i], "d:9,2,32") == 0);
        } else {
            CHECK(out == NULL);
        }
        citx_table_free(out);
        CHECK(arrow_live == 0);
        if (arrow_live != 0) {
            printf("    after %s\n", wrong[i]);
            arrow_live = 0;
        }
    }
    DAMAGED(invalid, set_format(number_schema, NULL));
    DAMAGED(invalid, set_format(number_schema, "\xff"));
    DAMAGED(invalid, set_format(schema, "l"));
    DAMAGED(invalid, set_format(schema, NULL));
    DAMAGED(invalid, set_name(number_schema, "\xc3("));
    DAMAGED(invalid, set_metadata(number_schema, -1, 0));
    DAMAGED(invalid, set_metadata(number_schema, INT32_MAX, 0));
    DAMAGED(invalid, set_metadata(number_schema, 1, -5));
    DAMAGED(invalid, set_metadata(number_schema, 1, INT32_MAX));
    DAMAGED(invalid, schema->n_children = -1);
    DAMAGED(invalid, schema->n_children = INT64_MAX);
    DAMAGED(invalid, (arrow_free(schema->children[2]->format), arrow_free(schema->children[2]->name), arrow_free(schema->children[2]),
                      schema->children[2] = NULL));
}

static void released_structs(void)
{
    arrow_table table;
    citx_table *out = NULL;
    sample(&table);
    table.array.release(&table.array);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_array(&table.array, &table.schema, &out, &err));
    sample(&table);
    table.schema.release(&table.schema);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_array(&table.array, &table.schema, &out, &err));
    /* What is given is taken over even where the call cannot answer. */
    sample(&table);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_array(&table.array, &table.schema, NULL, &err));
    sample(&table);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_array(NULL, &table.schema, &out, &err));
    table.array.release(&table.array);
    sample(&table);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_array(&table.array, NULL, &out, &err));
    table.schema.release(&table.schema);
    CHECK(out == NULL && arrow_live == 0);
    /* Twice. */
    sample(&table);
    OK(citx_table_import_array(&table.array, &table.schema, &out, &err));
    citx_table_free(out);
    out = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_array(&table.array, &table.schema, &out, &err));
    CHECK(out == NULL && arrow_live == 0);
}

/* A stream of `left` batches of the sample. */
typedef struct {
    int left;
    int fail_at; /* get_next fails when so many are left */
    int damage;  /* 1: one batch is damaged, 2: get_schema fails, 3: get_schema gives nothing */
    int released;
} stream_state;

static int stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    stream_state *state = (stream_state *)stream->private_data;
    arrow_table table;
    if (state->damage == 2) {
        return 5;
    }
    if (state->damage == 3) {
        memset(out, 0, sizeof *out);
        return 0;
    }
    sample(&table);
    table.array.release(&table.array);
    *out = table.schema;
    return 0;
}

static int stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    stream_state *state = (stream_state *)stream->private_data;
    arrow_table table;
    if (state->left == state->fail_at) {
        return 5;
    }
    memset(out, 0, sizeof *out);
    if (state->left == 0) {
        return 0;
    }
    state->left--;
    sample(&table);
    table.schema.release(&table.schema);
    if (state->damage == 1 && state->left == 1) {
        table.array.children[1]->n_buffers = 7;
    }
    *out = table.array;
    return 0;
}

static const char *stream_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "secret of Ann";
}

static void stream_release(struct ArrowArrayStream *stream)
{
    ((stream_state *)stream->private_data)->released++;
    stream->release = NULL;
}

static struct ArrowArrayStream make_stream(stream_state *state, int batches, int fail_at, int damage)
{
    struct ArrowArrayStream stream;
    state->left = batches;
    state->fail_at = fail_at;
    state->damage = damage;
    state->released = 0;
    stream.get_schema = stream_schema;
    stream.get_next = stream_next;
    stream.get_last_error = stream_error;
    stream.release = stream_release;
    stream.private_data = state;
    return stream;
}

static void streams(void)
{
    stream_state state;
    struct ArrowArrayStream stream = make_stream(&state, 4, -1, 0);
    citx_table *table = NULL, *none = NULL;
    citx_error *error = NULL;
    OK(citx_table_import_stream(&stream, &table, &err));
    CHECK(citx_table_num_rows(table) == 12 && state.released == 1 && stream.release == NULL);
    CHECK(cell_is(table, 11, "id", "c"));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_stream(&stream, &none, &err));
    citx_table_free(table);
    table = NULL;
    stream = make_stream(&state, 0, -1, 0);
    OK(citx_table_import_stream(&stream, &table, &err));
    CHECK(citx_table_num_rows(table) == 0 && citx_table_num_columns(table) == 3 && state.released == 1);
    citx_table_free(table);
    stream = make_stream(&state, 4, 2, 0);
    CHECK(citx_table_import_stream(&stream, &none, &error) == CITX_STATUS_INVALID_ARGUMENT && state.released == 1);
    CHECK(contains(citx_error_message(error), "2 batches") && !contains(citx_error_message(error), "Ann"));
    citx_error_free(error);
    stream = make_stream(&state, 4, -1, 1);
    error = NULL;
    CHECK(citx_table_import_stream(&stream, &none, &error) == CITX_STATUS_INVALID_ARGUMENT && state.released == 1);
    CHECK(contains(citx_error_message(error), "batch 3") && contains(citx_error_message(error), "`n`"));
    citx_error_free(error);
    stream = make_stream(&state, 4, -1, 2);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_stream(&stream, &none, &err));
    stream = make_stream(&state, 4, -1, 3);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_stream(&stream, &none, &err));
    stream = make_stream(&state, 4, -1, 0);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_stream(&stream, NULL, &err));
    CHECK(state.released == 1);
    stream = make_stream(&state, 4, -1, 0);
    stream.get_next = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_stream(&stream, &none, &err));
    CHECK(state.released == 1 && none == NULL && arrow_live == 0);
}

static void there_and_back(void)
{
    arrow_table made;
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray array;
    citx_table *table, *again = NULL;
    citx_record *row = NULL;
    citx_type type = 99;
    double share = 0;
    sample(&made);
    table = table_import(&made);
    OK(citx_table_export_stream(table, &stream, &err));
    /* By hand, after the table is gone. */
    citx_table_free(table);
    CHECK(arrow_live > 0);
    CHECK(stream.get_schema(&stream, &schema) == 0 && schema.n_children == 3 && strcmp(schema.children[2]->name, "share") == 0);
    schema.release(&schema);
    CHECK(stream.get_next(&stream, &array) == 0 && array.length == 3 && array.children[1]->null_count == 1);
    CHECK(((const double *)array.children[2]->buffers[1])[1] == 0.25);
    stream.release(&stream);
    CHECK(arrow_live > 0);
    array.release(&array);
    CHECK(arrow_live == 0);
    /* And back in. */
    sample(&made);
    table = table_import(&made);
    OK(citx_table_export_stream(table, &stream, &err));
    OK(citx_table_import_stream(&stream, &again, &err));
    citx_table_free(table);
    OK(citx_table_row(again, 1, &row, &err));
    OK(citx_record_type(row, CITX_STR("n"), &type, &err));
    OK(citx_record_get_float(row, CITX_STR("share"), &share, &err));
    CHECK(type == CITX_TYPE_NULL && share == 0.25 && cell_is(again, 1, "id", "b"));
    citx_record_free(row);
    row = NULL;
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_table_row(again, 3, &row, &err));
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_table_row(again, (size_t)-1, &row, &err));
    citx_table_free(again);
    CHECK(arrow_live == 0);
}

static citx_type type_in(const citx_table *table, size_t row, const char *column)
{
    citx_record *record = NULL;
    citx_type type = 99;
    OK(citx_table_row(table, row, &record, &err));
    OK(citx_record_type(record, str(column), &type, &err));
    citx_record_free(record);
    return type;
}

static void types_that_hosts_send(void)
{
    static const int8_t small[] = {-1, 2};
    static const uint64_t large[] = {1, UINT64_MAX};
    static const float single[] = {0.5f, 1.5f};
    static const int64_t instants[] = {1, 2};
    static const int64_t decimals[] = {1250, 0, -5, -1}; /* two of 16 bytes, little-endian */
    static const int32_t keys[] = {1, 0};
    static const int64_t days[] = {86400000, 0};
    static const char *const words[] = {"red", "blue"};
    static const int64_t wide_offsets[] = {0, 1, 3};
    arrow_table table;
    struct ArrowArray *column;
    struct ArrowSchema *schema;
    arrow_table values;
    citx_table *imported;
    citx_record *row = NULL;
    citx_text *decimal = NULL;
    int64_t micros = 0;
    unsigned char *bits, *views;
    table_start(&table, 2, 12);
    table_fixed(&table, "i8", "c", small, 1, NULL);
    table_fixed(&table, "u64", "L", large, 8, NULL);
    table_fixed(&table, "f32", "f", single, 4, NULL);
    table_fixed(&table, "seconds", "tss:", instants, 8, NULL);
    table_fixed(&table, "zoned", "tsn:Europe/London", instants, 8, NULL);
    table_fixed(&table, "decimal", "d:10,2", decimals, 16, NULL);
    table_fixed(&table, "date64", "tdm", days, 8, NULL);
    column = table_column(&table, "flag", "b", 2, NULL);
    bits = (unsigned char *)set_buffer(column, 1, 1);
    bits[0] = 2;
    column = table_column(&table, "large", "U", 3, NULL);
    memcpy(set_buffer(column, 1, sizeof wide_offsets), wide_offsets, sizeof wide_offsets);
    memcpy(set_buffer(column, 2, 3), "abc", 3);
    column = table_column(&table, "view", "vu", 3, NULL); /* validity, views, and no data buffers: their lengths are empty */
    views = (unsigned char *)set_buffer(column, 1, 32);
    views[0] = 3;
    memcpy(views + 4, "xyz", 3);
    views[16] = 1;
    memcpy(views + 20, "q", 1);
    column = table_column(&table, "nothing", "n", 0, NULL);
    column->null_count = 2;
    /* A dictionary: the indices in the array, the words in a second one. */
    column = table_fixed(&table, "colour", "i", keys, 4, NULL);
    table_start(&values, 2, 1);
    table_text(&values, "", words);
    schema = table.schema.children[11];
    schema->dictionary = values.schema.children[0];
    column->dictionary = values.array.children[0];
    ((arrow_owned *)column->private_data)->dictionary = values.array.children[0];
    ((arrow_owned *)values.array.private_data)->n_children = 0;
    values.schema.private_data = NULL;
    values.array.release(&values.array);
    values.schema.release(&values.schema);
    imported = table_import(&table);
    CHECK(citx_table_num_rows(imported) == 2);
    CHECK(type_in(imported, 0, "i8") == CITX_TYPE_INTEGER && type_in(imported, 0, "u64") == CITX_TYPE_INTEGER);
    CHECK(type_in(imported, 1, "u64") == CITX_TYPE_DECIMAL && type_in(imported, 0, "f32") == CITX_TYPE_FLOAT);
    CHECK(type_in(imported, 0, "flag") == CITX_TYPE_BOOLEAN && type_in(imported, 0, "nothing") == CITX_TYPE_NULL);
    CHECK(type_in(imported, 0, "date64") == CITX_TYPE_DATE && type_in(imported, 0, "zoned") == CITX_TYPE_TIMESTAMP);
    CHECK(cell_is(imported, 0, "colour", "blue") && cell_is(imported, 1, "large", "bc") && cell_is(imported, 0, "view", "xyz"));
    OK(citx_table_row(imported, 1, &row, &err));
    OK(citx_record_get_instant(row, CITX_STR("seconds"), &micros, &err));
    CHECK(micros == 2000000);
    OK(citx_record_get_decimal(row, CITX_STR("decimal"), &decimal, &err));
    CHECK(same(citx_text_str(decimal), "-0.05"));
    citx_text_free(decimal);
    citx_record_free(row);
    citx_table_free(imported);
    CHECK(arrow_live == 0);
}

static void damaged_views_and_dictionaries(void)
{
    static const int32_t keys[] = {5, 0};
    static const char *const words[] = {"red", "blue"};
    arrow_table table, values;
    struct ArrowArray *column;
    citx_table *out = NULL;
    unsigned char *views;
    int64_t *lengths;
    int damage;
    for (damage = 0; damage < 5; damage++) {
        table_start(&table, 2, 1);
        column = table_column(&table, "view", "vu", 3, NULL);
        views = (unsigned char *)set_buffer(column, 1, 32);
        views[0] = 3;
        if (damage == 0) {
            views[0] = 200; /* longer than twelve bytes, in a buffer that is not there */
        } else if (damage == 1) {
            views[4] = 0xff; /* not UTF-8 */
        } else if (damage == 2) {
            column->n_buffers = 2;
        } else if (damage == 3) {
            column->n_buffers = 4;
            lengths = (int64_t *)set_buffer(column, 3, 8);
            *lengths = -1;
        } else {
            column->n_buffers = INT64_MAX;
        }
        REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_array(&table.array, &table.schema, &out, &err));
        CHECK(out == NULL && arrow_live == 0);
    }
    for (damage = 0; damage < 3; damage++) {
        table_start(&table, 2, 1);
        column = table_fixed(&table, "colour", damage == 2 ? "g" : "i", keys, 4, NULL);
        table_start(&values, 2, 1);
        table_text(&values, "", words);
        table.schema.children[0]->dictionary = values.schema.children[0];
        if (damage != 1) {
            column->dictionary = values.array.children[0];
        }
        ((arrow_owned *)column->private_data)->dictionary = values.array.children[0];
        ((arrow_owned *)values.array.private_data)->n_children = 0;
        values.schema.private_data = NULL;
        values.array.release(&values.array);
        values.schema.release(&values.schema);
        REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_import_array(&table.array, &table.schema, &out, &err));
        CHECK(out == NULL && arrow_live == 0);
    }
}

static void deep_schemas_are_refused(void)
{
    struct ArrowSchema schema, *inner;
    struct ArrowArray array;
    citx_table *out = NULL;
    int depth;
    make_schema(&schema, "+s", "", 1);
    make_array(&array, 0, 1, 0);
    inner = &schema;
    for (depth = 0; depth < 100; depth++) {
        inner->children[0] = (struct ArrowSchema *)arrow_alloc(sizeof schema);
        make_schema(inner->children[0], depth == 99 ? "l" : "+s", "x", depth == 99 ? 0 : 1);
        inner = inner->children[0];
    }
    REFUSED(CITX_STATUS_LIMIT_EXCEEDED, citx_table_import_array(&array, &schema, &out, &err));
    CHECK(out == NULL && arrow_live == 0);
}

static void slices(void)
{
    arrow_table table;
    citx_table *imported;
    citx_record *row = NULL;
    int64_t number = 0;
    /* The last two rows: the whole struct is a slice. */
    sample(&table);
    table.array.offset = 1;
    table.array.length = 2;
    imported = table_import(&table);
    CHECK(citx_table_num_rows(imported) == 2 && cell_is(imported, 0, "id", "b") && cell_is(imported, 1, "id", "c"));
    CHECK(type_in(imported, 0, "n") == CITX_TYPE_NULL);
    OK(citx_table_row(imported, 1, &row, &err));
    OK(citx_record_get_int(row, CITX_STR("n"), &number, &err));
    CHECK(number == 3);
    citx_record_free(row);
    citx_table_free(imported);
    /* The same, each column a slice of its own. */
    sample(&table);
    table.array.length = 2;
    table.array.children[0]->offset = table.array.children[1]->offset = table.array.children[2]->offset = 1;
    table.array.children[0]->length = table.array.children[1]->length = table.array.children[2]->length = 2;
    imported = table_import(&table);
    CHECK(citx_table_num_rows(imported) == 2 && cell_is(imported, 0, "id", "b") && cell_is(imported, 1, "id", "c"));
    CHECK(type_in(imported, 0, "n") == CITX_TYPE_NULL);
    citx_table_free(imported);
    /* No rows; then the offsets may be NULL, as older producers send them. */
    sample(&table);
    table.array.length = table.array.children[0]->length = table.array.children[1]->length = table.array.children[2]->length = 0;
    table.array.children[1]->null_count = 0;
    table.array.children[0]->buffers[1] = table.array.children[0]->buffers[2] = NULL;
    imported = table_import(&table);
    CHECK(citx_table_num_rows(imported) == 0 && citx_table_num_columns(imported) == 3);
    citx_table_free(imported);
    /* Neither columns nor rows. */
    table_start(&table, 0, 0);
    imported = table_import(&table);
    CHECK(citx_table_num_rows(imported) == 0 && citx_table_num_columns(imported) == 0);
    citx_table_free(imported);
    CHECK(arrow_live == 0);
}

static void odd_names(void)
{
    static const char *const ids[] = {"a", "b"};
    static const int64_t numbers[] = {1, 2};
    arrow_table table;
    citx_table *imported = NULL;
    citx_population *people = NULL;
    citx_segment_book *book = NULL;
    citx_membership *members = NULL;
    citx_pair rule = pair("r", "\"two words\" = 1");
    struct ArrowArrayStream stream;
    citx_table *again = NULL;
    /* Two columns of one name: refused as soon as somebody would have to choose. */
    table_start(&table, 2, 3);
    table_text(&table, "id", ids);
    table_int(&table, "n", numbers, NULL);
    table_int(&table, "n", numbers, NULL);
    if (citx_table_import_array(&table.array, &table.schema, &imported, NULL) == CITX_STATUS_OK) {
        CHECK(citx_population_from_table(imported, CITX_STR("id"), &people, NULL) == CITX_STATUS_INVALID_ARGUMENT && people == NULL);
    }
    citx_table_free(imported);
    imported = NULL;
    CHECK(arrow_live == 0);
    /* Blanks, quotes, nothing at all. */
    table_start(&table, 2, 4);
    table_text(&table, "id", ids);
    table_int(&table, "two words", numbers, NULL);
    table_int(&table, "\"; DROP TABLE", numbers, NULL);
    table_int(&table, "", numbers, NULL);
    imported = table_import(&table);
    OK(citx_population_from_table(imported, CITX_STR("id"), &people, &err));
    OK(citx_segment_book_new(pairs(&rule, 1), &book, &err));
    OK(citx_segment_book_evaluate(book, people, CITX_STR("2026-11-22"), CITX_STR(""), NULL, &members, &err));
    CHECK(citx_membership_count(members, 0) == 1);
    OK(citx_table_export_stream(imported, &stream, &err));
    OK(citx_table_import_stream(&stream, &again, &err));
    CHECK(same(citx_table_column_name(again, 2), "\"; DROP TABLE"));
    citx_table_free(again);
    citx_membership_free(members);
    citx_segment_book_free(book);
    citx_population_free(people);
    citx_table_free(imported);
    CHECK(arrow_live == 0);
}

static void keys_are_checked(void)
{
    static const char *const twice[] = {"a", "b", "a"};
    static const char *const missing[] = {"a", NULL, "c"};
    static const int64_t numbers[] = {17, -1, 0};
    static const double shares[] = {1, 2, 3};
    arrow_table made;
    citx_table *table;
    citx_population *people = NULL;
    citx_record *row = NULL;
    citx_error *error = NULL;
    table_start(&made, 3, 4);
    table_text(&made, "twice", twice);
    table_text(&made, "missing", missing);
    table_int(&made, "number", numbers, NULL);
    table_float(&made, "share", shares, NULL);
    table = table_import(&made);
    CHECK(citx_population_from_table(table, CITX_STR("twice"), &people, &error) == CITX_STATUS_INVALID_ARGUMENT);
    CHECK(contains(citx_error_message(error), "1") && contains(citx_error_message(error), "3"));
    citx_error_free(error);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_population_from_table(table, CITX_STR("missing"), &people, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_population_from_table(table, CITX_STR("share"), &people, &err));
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_population_from_table(table, CITX_STR("nmber"), &people, &err));
    CHECK(people == NULL);
    OK(citx_population_from_table(table, CITX_STR("number"), &people, &err));
    citx_table_free(table);
    CHECK(arrow_live > 0);
    OK(citx_population_row(people, CITX_STR("17"), &row, &err));
    citx_record_free(row);
    citx_population_free(people);
    CHECK(arrow_live == 0);
}

int main(void)
{
    there_and_back();
    types_that_hosts_send();
    streams();
    released_structs();
    damaged_arrays();
    damaged_schemas();
    damaged_views_and_dictionaries();
    deep_schemas_are_refused();
    slices();
    odd_names();
    keys_are_checked();
    return finish();
}
