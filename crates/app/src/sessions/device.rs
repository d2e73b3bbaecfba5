//! A device in words, from the `User-Agent` that a session was opened with (RFC 9110 section 10.1.5).
//!
//! Anybody may send anything there: what is shown is one of the words below, or the name of a product, short and
//! of plain letters. It helps a person to recognise a device of theirs and decides nothing. To add a browser or a
//! system: a line in its table, before those whose mark it also carries.

/// A mark in the agent, and the browser it stands for. Most browsers carry the marks of older ones.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// As [`BROWSERS`], for what it runs on.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
];

/// The longest name of a product that is shown.
const LONGEST: usize = 30;

/// `Firefox on Windows`, `curl`, or `Unknown device`.
#[must_use]
pub fn in_words(agent: &str) -> String {
    let find = |table: &[(&str, &'static str)]| {
        let found = table.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, word)| *word)
    };
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, system) => product(agent).or(system).unwrap_or("Unknown device").to_owned(),
    }
}

/// The first product's name, as `curl` of `curl/8.5.0`.
fn product(agent: &str) -> Option<&str> {
    let name = agent.split(['/', ' ']).next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let shown = !name.is_empty() && name != "Mozilla" && name.len() <= LONGEST && name.bytes().all(plain);
    shown.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_device_is_told_by_its_browser_and_system() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.5 Safari/605.1.15",
                "Safari on Mac",
            ),
            ("curl/8.5.0", "curl"),
            ("python-requests/2.32.3", "python-requests"),
            ("Mozilla/5.0 (X11; Linux x86_64)", "Linux"),
        ] {
            assert_eq!(in_words(agent), words);
        }
    }

    #[test]
    fn an_agent_that_says_nothing_plain_is_an_unknown_device() {
        let long = "x".repeat(500);
        for agent in [
            "",
            " ",
            "Mozilla/5.0",
            "<script>alert(1)</script>",
            "\u{202e}drawkcab/1",
            &long,
        ] {
            assert_eq!(in_words(agent), "Unknown device", "{agent:?}");
        }
    }
}
