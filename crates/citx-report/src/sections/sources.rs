use crate::html::Page;

/// Where the numbers come from.
pub(crate) fn sources(page: &mut Page, sources: &[(String, String)], as_of: Option<&str>) {
    page.raw("<section aria-labelledby=\"sources\">\n<h2 id=\"sources\">Where the numbers come from</h2>\n<dl>\n");
    if let Some(as_of) = as_of {
        page.element("dt", &[], "As of");
        page.element("dd", &[], as_of);
    }
    for (what, from) in sources {
        page.element("dt", &[], what);
        page.open("dd", &[]);
        page.element("code", &[], from);
        page.close("dd");
    }
    page.element("dt", &[], "Program");
    page.element("dd", &[], concat!("citx ", env!("CARGO_PKG_VERSION")));
    page.raw("</dl>\n</section>\n");
}
