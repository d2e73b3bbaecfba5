//! A problem as a page: the same status, title and detail as the RFC 9457 document of the API.

use askama::Template;

use super::{Section, Shell};

/// A refused or failed request.
#[derive(Template)]
#[template(path = "problem_page.html")]
pub struct ProblemPage {
    /// The frame, with the person where one is known.
    pub shell: Shell,
    /// HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// What the person can do about it.
    pub detail: String,
    /// The request's id, to be quoted when asking for help.
    pub request_id: String,
    /// The way back: a path of this site.
    pub back: String,
    /// The way back in words.
    pub back_text: String,
}

#[cfg(test)]
mod tests {
    use super::ProblemPage;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, nobody};

    #[test]
    fn it_names_the_problem_and_the_request_and_offers_a_way_back() {
        let html = render(
            "problem",
            &ProblemPage {
                shell: nobody(),
                status: 404,
                title: "Not found".into(),
                detail: format!("There is nothing at this address, or it is not yours to see. {HOSTILE}"),
                request_id: "0197-8a2c-41de".into(),
                back: "/shipments".into(),
                back_text: "Back to shipments".into(),
            },
        );
        assert!(
            html.contains("404") && html.contains("0197-8a2c-41de") && html.contains("href=\"/shipments\"")
        );
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }
}
