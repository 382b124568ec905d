//! A small writer of HTML: whatever is not known at compile time is escaped.

/// A page being written.
#[derive(Debug, Default)]
pub(crate) struct Page {
    out: String,
}

/// How a column of a table is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Text,
    Number,
}

/// One column's heading.
pub(crate) type Heading<'a> = (&'a str, Align);

impl Page {
    /// `markup` as it stands: for what the source code says, never for data.
    pub(crate) fn raw(&mut self, markup: &'static str) {
        self.out.push_str(markup);
    }

    pub(crate) fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            self.text(value);
            self.out.push('"');
        }
        self.out.push('>');
    }

    pub(crate) fn close(&mut self, tag: &'static str) {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push_str(">\n");
    }

    /// An element that holds text only.
    pub(crate) fn element(&mut self, tag: &'static str, attributes: &[(&'static str, &str)], text: &str) {
        self.open(tag, attributes);
        self.text(text);
        self.close(tag);
    }

    /// Text, escaped for content and for quoted attributes. Characters that HTML forbids, and those that turn the direction of the text
    /// around it, become U+FFFD: a name must not change how its neighbours read.
    pub(crate) fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                '\n' | '\t' => self.out.push(character),
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => self.out.push('\u{fffd}'),
                character if character.is_control() => self.out.push('\u{fffd}'),
                character => self.out.push(character),
            }
        }
    }

    /// A table with a caption; the first cell of each row is its heading.
    pub(crate) fn table(&mut self, caption: &str, headings: &[Heading<'_>], rows: &[Vec<String>]) {
        self.open("div", &[("class", "scroll"), ("role", "region"), ("aria-label", caption), ("tabindex", "0")]);
        self.open("table", &[]);
        self.element("caption", &[], caption);
        self.raw("<thead><tr>");
        for (heading, align) in headings {
            self.element("th", &[("scope", "col"), ("class", align.class())], heading);
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.raw("<tr>");
            for (index, (cell, (_, align))) in row.iter().zip(headings).enumerate() {
                if index == 0 {
                    self.element("th", &[("scope", "row"), ("class", align.class())], cell);
                } else {
                    self.element("td", &[("class", align.class())], cell);
                }
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody></table></div>\n");
    }

    /// The same, folded away under its caption: the figures behind a chart.
    pub(crate) fn folded_table(&mut self, summary: &str, caption: &str, headings: &[Heading<'_>], rows: &[Vec<String>]) {
        self.open("details", &[]);
        self.element("summary", &[], summary);
        self.table(caption, headings, rows);
        self.close("details");
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        self.element("p", &[], text);
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }
}

impl Align {
    fn class(self) -> &'static str {
        match self {
            Self::Text => "t",
            Self::Number => "n",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let mut page = Page::default();
        page.element("p", &[("title", "\" onclick='x'")], "<script>&\u{202e}\u{0}");
        assert_eq!(page.finish(), "<p title=\"&quot; onclick=&#39;x&#39;\">&lt;script&gt;&amp;\u{fffd}\u{fffd}</p>\n");
    }
}
