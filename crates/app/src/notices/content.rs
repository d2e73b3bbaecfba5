//! One content, two forms: text, and HTML that is as plain. What comes from people or the network is escaped here,
//! for every notice alike.

use std::fmt::Write as _;

/// What a letter says.
pub(super) struct Content {
    /// The subject, and the heading.
    pub(super) subject: String,
    /// What happened.
    pub(super) happened: String,
    /// Facts, by their names: when, from where.
    pub(super) facts: Vec<(&'static str, String)>,
    /// Where to go on, and what one finds there.
    pub(super) link: Option<(String, &'static str)>,
    /// What to do, if anything.
    pub(super) advice: String,
}

impl Content {
    /// As text.
    pub(super) fn text(&self, name: &str) -> String {
        let mut text = format!("Hello {},\n\n{}\n\n", plain(name), plain(&self.happened));
        for (what, value) in &self.facts {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{what}: {}", plain(value));
        }
        if let Some((address, label)) = &self.link {
            let _ = write!(text, "\n{label}:\n{}\n", plain(address));
        }
        let _ = write!(text, "\n{}\n\n-- \n{SIGNED}\n", self.advice);
        text
    }

    /// As HTML: no picture, no style from elsewhere, nothing that tells that it was read.
    pub(super) fn html(&self, name: &str) -> String {
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title></head>\n\
             <body style=\"font-family:sans-serif;max-width:36em\">\n<h1 style=\"font-size:1.2em\">{0}</h1>\n\
             <p>Hello {1},</p>\n<p>{2}</p>\n<table>\n",
            escaped(&self.subject),
            escaped(name),
            escaped(&self.happened),
        );
        for (what, value) in &self.facts {
            let _ = writeln!(
                html,
                "<tr><th align=\"left\">{what}</th><td>{}</td></tr>",
                escaped(value)
            );
        }
        html.push_str("</table>\n");
        if let Some((address, label)) = &self.link {
            let address = escaped(address);
            let _ = writeln!(html, "<p><a href=\"{address}\">{label}</a></p>");
        }
        let _ = write!(
            html,
            "<p>{}</p>\n<p><small>{SIGNED}</small></p>\n</body></html>\n",
            escaped(&self.advice)
        );
        html
    }
}

const SIGNED: &str = "SafeShipper wrote this by itself. Please do not answer it.";

/// What is longer is cut, and says so.
const LONGEST_LINE: usize = 1000;

/// One line, without what would begin another or turn the writing round.
pub(super) fn plain(text: &str) -> String {
    let shown = |letter: char| !letter.is_control() && !is_unseen(letter);
    let mut shown = text
        .chars()
        .map(|letter| if shown(letter) { letter } else { ' ' });
    let mut line: String = shown.by_ref().take(LONGEST_LINE).collect();
    if shown.next().is_some() {
        line.push_str(" […]");
    }
    line.trim().to_owned()
}

/// Line separators, and marks that turn the direction of writing (Unicode standard annex 9).
const fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// As text in HTML, or as the value of a quoted attribute.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in plain(text).chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::Content;

    fn content(text: &str) -> Content {
        Content {
            subject: text.to_owned(),
            happened: text.to_owned(),
            facts: vec![("From", text.to_owned())],
            link: Some((format!("https://safe.example/{text}"), "Look")),
            advice: "Do something.".to_owned(),
        }
    }

    #[test]
    fn whatever_a_name_holds_is_text_in_html() {
        for attack in [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "' onmouseover='alert(1)",
            "</title><svg/onload=alert(1)>",
            "&lt;script&gt;",
        ] {
            let usual = content("x").html("x");
            let html = content(attack).html(attack);
            for mark in ['<', '>', '"', '\''] {
                let count = |html: &str| html.matches(mark).count();
                assert_eq!(count(&html), count(&usual), "{mark} of {attack}: {html}");
            }
        }
    }

    #[test]
    fn a_name_adds_no_line_and_turns_no_writing_round() {
        let usual = content("x").text("x").lines().count();
        for attack in ["a\nYour password: x", "a\r\n\r\nb", "a\u{2028}b", "\u{202e}b"] {
            let text = content(attack).text(attack);
            assert_eq!(text.lines().count(), usual, "{attack:?}");
            assert!(!text.contains(['\u{202e}', '\u{2028}', '\r']), "{attack:?}");
        }
    }
}
