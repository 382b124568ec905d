// The header as C++ uses it: owners from <memory>, errors as exceptions.
#include "check.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Free {
    void operator()(citx_error *object) const { citx_error_free(object); }
    void operator()(citx_names *object) const { citx_names_free(object); }
    void operator()(citx_record *object) const { citx_record_free(object); }
    void operator()(citx_segment_book *object) const { citx_segment_book_free(object); }
};

template <class T> using Owner = std::unique_ptr<T, Free>;

citx_str view(const std::string &text)
{
    citx_str out = {text.data(), text.size()};
    return out;
}

std::string text(citx_str view)
{
    return view.len == 0 ? std::string() : std::string(view.data, view.len);
}

void check(citx_status status, citx_error *error)
{
    Owner<citx_error> owner(error);
    if (status != CITX_STATUS_OK) {
        throw std::runtime_error(text(citx_error_message(error)));
    }
}

Owner<citx_segment_book> book(const std::string &toml)
{
    citx_segment_book *out = nullptr;
    citx_error *error = nullptr;
    citx_status status = citx_segment_book_parse(view(toml), &out, &error);
    check(status, error);
    return Owner<citx_segment_book>(out);
}

std::vector<std::string> match(const citx_segment_book *book, const citx_record *record)
{
    citx_names *out = nullptr;
    citx_error *error = nullptr;
    citx_status status = citx_segment_book_match(book, record, CITX_STR("2026-11-22"), CITX_STR("Europe/London"), &out, &error);
    check(status, error);
    Owner<citx_names> names(out);
    std::vector<std::string> all;
    for (size_t i = 0; i < citx_names_len(out); i++) {
        all.push_back(text(citx_names_get(out, i)));
    }
    return all;
}

} // namespace

int main()
{
    Owner<citx_segment_book> rules = book("sleepy = \"opens_90d = 0\"\nkeen = \"opens_90d > 10\"\n");
    citx_record *made = nullptr;
    check(citx_record_new(&made, nullptr), nullptr);
    Owner<citx_record> record(made);
    check(citx_record_set_int(record.get(), CITX_STR("opens_90d"), 12, nullptr), nullptr);
    CHECK(match(rules.get(), record.get()) == std::vector<std::string>{"keen"});
    std::string message;
    try {
        book("a = \"x = \"\n");
    } catch (const std::runtime_error &error) {
        message = error.what();
    }
    CHECK(message.find("line 1") != std::string::npos);
    return finish();
}
