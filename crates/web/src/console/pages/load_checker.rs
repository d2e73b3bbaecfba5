//! The load checker: lines on one side, the answer as one types on the other.

use askama::Template;

use super::{Hazard, LineDetails, LinesEditor, ResultView, Section, Shell, Verdict};

/// The load checker's page.
#[derive(Template)]
#[template(path = "load_checker.html")]
pub struct LoadChecker {
    /// The frame.
    pub shell: Shell,
    /// The lines; its `action` is `/checker`.
    pub editor: LinesEditor,
    /// The answer.
    pub result: ResultView,
    /// Which regimes' details are shown.
    pub show: Show,
    /// Whether this person may save the load as a shipment.
    pub may_save: bool,
    /// Whether this person may see what to do beside a leak of it.
    pub may_see_emergency: bool,
}

/// Which regimes' details are shown; both are always checked and both verdicts always stand on top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Both.
    #[default]
    All,
    /// US highway.
    Us,
    /// ADR.
    Adr,
}

/// The answer alone, swapped in while typing, with each line's details out of band.
#[derive(Template)]
#[template(path = "load_result.html")]
pub struct LoadResult {
    /// The answer.
    pub result: ResultView,
    /// What the catalogue says of each line now.
    pub lines: Vec<LineDetails>,
}

/// Suggestions under a goods field.
#[derive(Template)]
#[template(path = "suggestions.html")]
pub struct Suggestions {
    /// Best first, ten at most.
    pub options: Vec<Suggestion>,
}

/// One suggestion.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// What is put into the field, such as `UN1203`.
    pub value: String,
    /// Such as `UN 1203`, or empty where the goods have no number.
    pub number: String,
    /// Proper shipping name.
    pub name: String,
    /// Hazards, the primary one first.
    pub hazards: Vec<Hazard>,
    /// A word that tells rows apart, such as `PG II` or `forbidden`.
    pub remark: String,
}

#[cfg(test)]
mod tests {
    use super::{LoadChecker, LoadResult, Show, Suggestion, Suggestions};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{
        ESCAPED, HOSTILE, clear_result, editor, hazard, load, result, shell, troubled_editor,
    };
    use crate::console::pages::{AskedView, LineView, ResultView, Section};

    fn page() -> LoadChecker {
        LoadChecker {
            shell: shell(Section::Checker),
            editor: editor("/checker"),
            result: result(),
            show: Show::All,
            may_save: true,
            may_see_emergency: true,
        }
    }

    #[test]
    fn every_line_posts_one_of_each_field_so_that_order_holds() {
        let html = render("checker", &page());
        let fields = [
            "goods",
            "us_row",
            "adr_row",
            "packing_group",
            "physical_state",
            "limited_quantity",
            "quantity",
            "unit",
            "packages",
            "packaging",
            "technical_name",
        ];
        for field in fields {
            assert_eq!(html.matches(&format!("name=\"{field}\"")).count(), 6, "{field}");
        }
    }

    #[test]
    fn a_verdict_is_a_word_and_an_icon_and_every_cell_says_its_pair() {
        let html = render("checker", &page());
        assert!(html.contains("#i-prohibited") && html.contains("<span>Prohibited</span>"));
        assert!(html.contains("Lines 1 and 4: Prohibited, 49 CFR 177.848(d), table entry X"));
        assert!(html.contains("href=\"#finding-us-1-4\"") && html.contains("id=\"finding-us-1-4\""));
        assert!(html.contains("Why the answers differ"));
    }

    #[test]
    fn what_follows_is_drawn_and_said_in_words_for_those_who_cannot_see_it() {
        let html = render("checker", &page());
        assert!(html.contains("aria-label=\"1002 points of 1,000: not exempt\""));
        assert!(html.contains("<span class=\"vh\">: closed</span>"));
        assert!(html.contains("/assets/labels/33%2F1203.svg") && html.contains("plain-plate"));
        assert!(html.contains("unless what is missing shows otherwise"));
        assert!(html.contains("Missing for a certain answer: 1"));
    }

    #[test]
    fn what_only_some_papers_ask_for_is_in_every_line_and_shown_where_its_details_want_it() {
        let mut editor = editor("/checker");
        editor.lines[1].details.asked = vec![
            AskedView {
                field: "activity",
                name: "Activity",
                given: false,
            },
            AskedView {
                field: "transport_index",
                name: "Transport index",
                given: true,
            },
        ];
        let html = render("checker-entries", &LoadChecker { editor, ..page() });
        assert_eq!(html.matches("name=\"activity\"").count(), 6);
        assert_eq!(
            html.matches("asks-entries wants-activity wants-transport_index\"")
                .count(),
            1
        );
        assert_eq!(html.matches("The papers still need: activity.").count(), 1);
    }

    #[test]
    fn the_emergency_panel_is_asked_for_by_those_who_may_see_it_in_a_tab_of_its_own() {
        let button = "formaction=\"/checker/emergency\" formtarget=\"_blank\"";
        assert!(render("checker", &page()).contains(button));
        let nobody = LoadChecker {
            may_see_emergency: false,
            ..page()
        };
        assert!(!render("checker-no-emergency", &nobody).contains("/checker/emergency"));
    }

    #[test]
    fn a_warning_about_the_edition_stands_in_its_verdict() {
        let html = render("checker", &page());
        let (_, adr) = html.split_once("id=\"adr-verdict\"").expect("a verdict");
        let verdict = adr.split("</article>").next().expect("its end");
        assert!(verdict.contains("ADR 2025 expires in 35 days, after 2026-12-31."));
        assert_eq!(html.matches("verdict-warning").count(), 1);
    }

    #[test]
    fn an_ambiguous_number_shows_the_rows_and_chooses_none() {
        let html = render("checker", &page());
        assert!(html.contains("<option value=\"\">Choose a row</option><option value=\"adr:UN1950:5A\">"));
    }

    #[test]
    fn conditions_are_counted_until_confirmed() {
        let open = render(
            "checker-open",
            &LoadChecker {
                result: clear_result(false),
                ..page()
            },
        );
        assert!(open.contains("1 condition to confirm"));
        let confirmed = render(
            "checker-confirmed",
            &LoadChecker {
                result: clear_result(true),
                ..page()
            },
        );
        assert!(confirmed.contains("Every condition confirmed"));
        assert!(confirmed.contains("id=\"confirm-us-1-3\" checked"));
    }

    #[test]
    fn who_may_not_save_sees_no_save_button() {
        assert!(render("checker", &page()).contains("value=\"save\""));
        assert!(
            !render(
                "checker-viewer",
                &LoadChecker {
                    may_save: false,
                    ..page()
                }
            )
            .contains("value=\"save\"")
        );
    }

    #[test]
    fn what_was_typed_comes_back_escaped_and_unknown_goods_are_named() {
        let html = render(
            "checker-trouble",
            &LoadChecker {
                editor: troubled_editor("/checker"),
                ..page()
            },
        );
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(html.contains("No goods of this number or name"));
        assert!(html.contains("<option value=\"liquid\" selected>"));
    }

    #[test]
    fn a_new_load_says_that_there_is_nothing_to_check() {
        let mut editor = editor("/checker");
        editor.lines = vec![LineView {
            number: 1,
            ..LineView::default()
        }];
        editor.lines[0].details.number = 1;
        let html = render(
            "checker-empty",
            &LoadChecker {
                editor,
                result: ResultView::default(),
                ..page()
            },
        );
        assert!(html.contains("Nothing to check yet"));
        assert!(!html.contains("Permitted"));
    }

    #[test]
    fn the_live_answer_brings_its_summary_and_each_lines_details_out_of_band() {
        let lines = editor("/checker")
            .lines
            .into_iter()
            .map(|line| line.details)
            .collect();
        let html = render(
            "load-result",
            &LoadResult {
                result: result(),
                lines,
            },
        );
        assert!(html.contains("US highway: Prohibited. ADR: Cannot be cleared."));
        assert_eq!(html.matches("hx-swap-oob=\"true\"").count(), 6);
        assert!(!html.contains("<html"));
    }

    #[test]
    fn suggestions_are_escaped_options() {
        let options = load()
            .into_iter()
            .map(|goods| Suggestion {
                value: goods.goods.replace(' ', ""),
                number: goods.goods,
                name: HOSTILE.into(),
                hazards: vec![hazard("3", "flammable liquid")],
                remark: "PG II".into(),
            })
            .collect();
        let html = render("suggestions", &Suggestions { options });
        assert!(html.contains("data-value=\"UN1203\"") && html.contains(ESCAPED) && !html.contains(HOSTILE));
    }
}
