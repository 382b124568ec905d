/* Lists as values of records, from and to populations, and in live segments. */
#include "check.h"

#define DAY CITX_STR("2026-11-22")
#define ZONE CITX_STR("Europe/London")

static citx_values values(const citx_value *items, size_t len)
{
    citx_values list;
    list.items = items;
    list.len = len;
    return list;
}

static citx_value text(const char *content)
{
    citx_value item;
    memset(&item, 0, sizeof item);
    if (content != NULL) {
        item.type = CITX_TYPE_TEXT;
        item.text = str(content);
    }
    return item;
}

static citx_value number(citx_type type, int64_t integer)
{
    citx_value item = text(NULL);
    item.type = type;
    item.integer = integer;
    return item;
}

/* C-1 has dogs and something unknown, C-2 nothing, of C-3 it is not known. */
static citx_population *make_people(void)
{
    static const char *const ids[] = {"C-1", "C-2", "C-3"};
    static const char *const tags[] = {"dogs", NULL};
    static const int unknown[] = {0, 0, 1};
    arrow_table table, items;
    struct ArrowArray *lists, **children;
    struct ArrowSchema *schema;
    int32_t *offsets;
    citx_table *imported;
    citx_population *people = NULL;
    table_start(&table, 3, 2);
    table_text(&table, "id", ids);
    lists = table_column(&table, "tags", "+l", 2, unknown);
    offsets = (int32_t *)set_buffer(lists, 1, 4 * sizeof(int32_t));
    offsets[1] = offsets[2] = offsets[3] = 2;
    /* The items are the one column of a table, whose children the list takes over. */
    table_start(&items, 2, 1);
    table_text(&items, "item", tags);
    schema = table.schema.children[1];
    schema->n_children = 1;
    schema->private_data = (void *)(size_t)1;
    schema->children = items.schema.children;
    items.schema.children = NULL;
    items.schema.private_data = NULL;
    children = ((arrow_owned *)items.array.private_data)->children;
    ((arrow_owned *)items.array.private_data)->children = NULL;
    ((arrow_owned *)items.array.private_data)->n_children = 0;
    lists->n_children = 1;
    lists->children = children;
    ((arrow_owned *)lists->private_data)->n_children = 1;
    ((arrow_owned *)lists->private_data)->children = children;
    items.schema.release(&items.schema);
    items.array.release(&items.array);
    imported = table_import(&table);
    OK(citx_population_from_table(imported, CITX_STR("id"), &people, &err));
    citx_table_free(imported);
    return people;
}

static citx_segment_book *make_book(void)
{
    citx_pair rules[2];
    citx_segment_book *book = NULL;
    rules[0] = pair("dogs", "has_any(tags, 'dogs')");
    rules[1] = pair("unknown", "tags IS NULL");
    OK(citx_segment_book_new(pairs(rules, 2), &book, &err));
    return book;
}

static int item_is(const citx_list *list, size_t index, citx_type type, int64_t integer, double real, const char *content)
{
    citx_value item = text(NULL);
    OK(citx_list_get(list, index, &item, &err));
    return item.type == type && item.integer == integer && item.number == real && (content == NULL ? item.text.data == NULL : same(item.text, content));
}

static void check_items(void)
{
    citx_value items[8], wrong;
    citx_record *record = NULL;
    citx_list *list = NULL, *none = NULL;
    citx_type type = CITX_TYPE_NULL;
    size_t i;
    OK(citx_record_new(&record, &err));
    items[0] = text(NULL);
    items[1] = number(CITX_TYPE_BOOLEAN, 1);
    items[2] = number(CITX_TYPE_INTEGER, INT64_MIN);
    items[3] = number(CITX_TYPE_FLOAT, 0);
    items[3].number = 0.5;
    items[4] = text("-12.340");
    items[4].type = CITX_TYPE_DECIMAL;
    items[5] = text("");
    items[6] = number(CITX_TYPE_DATE, -1);
    items[7] = number(CITX_TYPE_TIMESTAMP, 1500000);
    OK(citx_record_set_list(record, CITX_STR("all"), values(items, 8), &err));
    OK(citx_record_type(record, CITX_STR("all"), &type, &err));
    CHECK(type == CITX_TYPE_LIST);
    OK(citx_record_get_list(record, CITX_STR("all"), &list, &err));
    /* What was taken out stays when the record changes. */
    OK(citx_record_set_list(record, CITX_STR("all"), values(NULL, 0), &err));
    CHECK(citx_list_len(list) == 8 && citx_list_len(NULL) == 0);
    CHECK(item_is(list, 0, CITX_TYPE_NULL, 0, 0, NULL));
    CHECK(item_is(list, 1, CITX_TYPE_BOOLEAN, 1, 0, NULL));
    CHECK(item_is(list, 2, CITX_TYPE_INTEGER, INT64_MIN, 0, NULL));
    CHECK(item_is(list, 3, CITX_TYPE_FLOAT, 0, 0.5, NULL));
    CHECK(item_is(list, 4, CITX_TYPE_DECIMAL, 0, 0, "-12.340"));
    CHECK(item_is(list, 5, CITX_TYPE_TEXT, 0, 0, ""));
    CHECK(item_is(list, 6, CITX_TYPE_DATE, -1, 0, NULL));
    CHECK(item_is(list, 7, CITX_TYPE_TIMESTAMP, 1500000, 0, NULL));
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_list_get(list, 8, &items[0], &err));
    citx_list_free(list);
    list = NULL;
    OK(citx_record_get_list(record, CITX_STR("all"), &list, &err));
    CHECK(citx_list_len(list) == 0);
    citx_list_free(list);
    for (i = CITX_TYPE_OTHER; i < 12; i++) {
        wrong = number((citx_type)i, 0);
        REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_record_set_list(record, CITX_STR("all"), values(&wrong, 1), &err));
    }
    wrong = number(CITX_TYPE_DATE, (int64_t)1 << 40);
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_record_set_list(record, CITX_STR("all"), values(&wrong, 1), &err));
    wrong = text("1e5");
    wrong.type = CITX_TYPE_DECIMAL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_record_set_list(record, CITX_STR("all"), values(&wrong, 1), &err));
    wrong = text("\xff");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_record_set_list(record, CITX_STR("all"), values(&wrong, 1), &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_record_set_list(record, CITX_STR("all"), values(NULL, 1), &err));
    OK(citx_record_set_int(record, CITX_STR("n"), 1, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_record_get_list(record, CITX_STR("n"), &none, &err));
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_record_get_list(record, CITX_STR("m"), &none, &err));
    CHECK(none == NULL);
    citx_record_free(record);
}

static void check_rules(const citx_segment_book *book, const citx_population *people)
{
    citx_membership *membership = NULL;
    citx_record *row = NULL, *read = NULL;
    citx_names *names = NULL;
    citx_explanation *why = NULL;
    citx_list *list = NULL;
    citx_value items[2];
    OK(citx_segment_book_evaluate(book, people, DAY, ZONE, NULL, &membership, &err));
    CHECK(citx_membership_count(membership, 0) == 1 && citx_membership_count(membership, 1) == 1);
    citx_membership_free(membership);
    OK(citx_population_row(people, CITX_STR("C-1"), &row, &err));
    OK(citx_record_get_list(row, CITX_STR("tags"), &list, &err));
    CHECK(citx_list_len(list) == 2 && item_is(list, 0, CITX_TYPE_TEXT, 0, 0, "dogs") && item_is(list, 1, CITX_TYPE_NULL, 0, 0, NULL));
    citx_list_free(list);
    list = NULL;
    OK(citx_segment_book_match(book, row, DAY, ZONE, &names, &err));
    CHECK(citx_names_len(names) == 1 && same(citx_names_get(names, 0), "dogs"));
    citx_names_free(names);
    items[0] = text("cats");
    items[1] = text("birds");
    OK(citx_record_set_list(row, CITX_STR("tags"), values(items, 2), &err));
    OK(citx_segment_book_explain(book, CITX_STR("dogs"), row, DAY, ZONE, &why, &err));
    CHECK(citx_explanation_outcome(why) == CITX_TRUTH_FALSE);
    OK(citx_explanation_values(why, &read, &err));
    OK(citx_record_get_list(read, CITX_STR("tags"), &list, &err));
    CHECK(item_is(list, 1, CITX_TYPE_TEXT, 0, 0, "birds"));
    citx_list_free(list);
    citx_record_free(read);
    citx_explanation_free(why);
    citx_record_free(row);
}

static void check_live(const citx_segment_book *book, const citx_population *people)
{
    citx_live *live = NULL;
    citx_record *row = NULL;
    citx_changes *changes = NULL;
    citx_value items[2];
    OK(citx_live_new(book, people, DAY, ZONE, NULL, NULL, &live, &err));
    OK(citx_record_new(&row, &err));
    OK(citx_record_set_str(row, CITX_STR("id"), CITX_STR("C-2"), &err));
    items[0] = text(NULL);
    items[1] = text("dogs");
    OK(citx_record_set_list(row, CITX_STR("tags"), values(items, 2), &err));
    OK(citx_live_upsert(live, row, &changes, &err));
    CHECK(citx_changes_len(changes) == 1 && same(citx_changes_segment(changes, 0), "dogs") && citx_changes_entered(changes, 0));
    citx_changes_free(changes);
    changes = NULL;
    items[1] = number(CITX_TYPE_INTEGER, 1);
    OK(citx_record_set_list(row, CITX_STR("tags"), values(items, 2), &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_upsert(live, row, &changes, &err));
    CHECK(changes == NULL);
    citx_record_free(row);
    citx_live_free(live);
}

int main(void)
{
    citx_population *people = make_people();
    citx_segment_book *book = make_book();
    check_items();
    check_rules(book, people);
    check_live(book, people);
    citx_segment_book_free(book);
    citx_population_free(people);
    CHECK(arrow_live == 0);
    return finish();
}
