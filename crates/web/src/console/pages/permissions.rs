//! What one person may do and why, and what each role holds (AUTHZ-2).

use askama::Template;

use super::{Moment, RevealForm, Section, SelectOption, Shell};

/// Everything a person may do, and may not, with the reason of each.
#[derive(Template)]
#[template(path = "person_permissions.html")]
pub struct PersonPermissions {
    /// The frame.
    pub shell: Shell,
    /// The person's id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they sign in with, in part for most.
    pub email: String,
    /// To see the whole of it; none where it is, or for who may not.
    pub reveal: Option<RevealForm>,
    /// Their role in words.
    pub role: String,
    /// Whether it is who looks at the page.
    pub is_oneself: bool,
    /// Whether who looks at the page may open the person's sessions and lockdown.
    pub may_administer: bool,
    /// Whether only what differs from the role is shown.
    pub only_different: bool,
    /// How many permissions differ from the role.
    pub different: usize,
    /// The permissions by domain.
    pub groups: Vec<PermissionGroup>,
    /// The form that changes the role, for who may.
    pub role_form: Option<RoleForm>,
}

/// The permissions of one domain.
#[derive(Clone, Debug)]
pub struct PermissionGroup {
    /// The domain in words.
    pub name: String,
    /// Its permissions.
    pub lines: Vec<PermissionLine>,
}

/// One permission, as the person holds it.
#[derive(Clone, Debug)]
pub struct PermissionLine {
    /// `domain.action[.scope]`; the element's id as well.
    pub name: String,
    /// What it lets one do.
    pub description: String,
    /// Whether it needs a second factor besides.
    pub critical: bool,
    /// Why it is held, or is not.
    pub why: WhyView,
    /// What who looks at the page can do about it.
    pub offer: Offer,
    /// What was tried and refused, to be put right.
    pub tried: Option<Tried>,
}

impl PermissionLine {
    /// Whether the person holds it.
    pub fn held(&self) -> bool {
        matches!(self.why, WhyView::Role | WhyView::Given(_))
    }

    /// Whether something else than the role decides.
    pub fn differs(&self) -> bool {
        matches!(self.why, WhyView::Given(_) | WhyView::Withheld(_))
    }

    /// What was typed before, or nothing.
    pub fn typed(&self) -> Tried {
        self.tried.clone().unwrap_or_default()
    }
}

/// Why a permission is held, or is not.
#[derive(Clone, Debug)]
pub enum WhyView {
    /// The role holds it.
    Role,
    /// Nothing gives it.
    NotHeld,
    /// Given for a time.
    Given(DecidedView),
    /// Withheld, whatever gives it.
    Withheld(DecidedView),
}

/// What somebody decided about one permission.
#[derive(Clone, Debug)]
pub struct DecidedView {
    /// Its id.
    pub id: String,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Moment,
    /// Until when; none where it stays until somebody ends it.
    pub until: Option<Moment>,
}

/// What can be done about one permission of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Nothing, by who looks at the page.
    Nothing,
    /// Give it for a time.
    Give,
    /// Withhold it.
    Withhold,
    /// End the decision of this id.
    End(String),
}

/// What was typed into a line's form.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// The end chosen.
    pub until: String,
    /// The date typed.
    pub date: String,
    /// The reason typed.
    pub reason: String,
    /// What is wrong, one sentence each.
    pub problems: Vec<String>,
}

/// The form that changes the person's role.
#[derive(Clone, Debug)]
pub struct RoleForm {
    /// The roles there are to choose from.
    pub roles: Vec<SelectOption>,
    /// The one chosen before.
    pub chosen: String,
    /// The reason as typed before.
    pub reason: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// Each role with what it holds, as reviewed.
#[derive(Template)]
#[template(path = "permission_matrix.html")]
pub struct PermissionMatrix {
    /// The frame.
    pub shell: Shell,
    /// The roles in words, from the least.
    pub roles: Vec<String>,
    /// The permissions by domain.
    pub groups: Vec<MatrixGroup>,
}

/// The permissions of one domain.
#[derive(Clone, Debug)]
pub struct MatrixGroup {
    /// The domain in words.
    pub name: String,
    /// Its permissions.
    pub lines: Vec<MatrixLine>,
}

/// One permission and who holds it.
#[derive(Clone, Debug)]
pub struct MatrixLine {
    /// `domain.action[.scope]`.
    pub name: String,
    /// What it lets one do.
    pub description: String,
    /// Whether it needs a second factor besides.
    pub critical: bool,
    /// Whether each role holds it, in the order of [`PermissionMatrix::roles`].
    pub held: Vec<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, moment, shell};

    fn decided(until: bool) -> DecidedView {
        DecidedView {
            id: "pgr_1".into(),
            by: format!("Mira {HOSTILE}"),
            reason: format!("stands in for Dana {HOSTILE}"),
            at: moment("22 Nov 2026, 12:55 UTC"),
            until: until.then(|| moment("29 Nov 2026, 12:55 UTC")),
        }
    }

    fn line(name: &str, why: WhyView, offer: Offer) -> PermissionLine {
        PermissionLine {
            name: name.into(),
            description: "Change shipments".into(),
            critical: name.contains("override"),
            why,
            offer,
            tried: None,
        }
    }

    fn page(lines: Vec<PermissionLine>) -> PersonPermissions {
        PersonPermissions {
            shell: shell(Section::People),
            id: "usr_1".into(),
            name: format!("Vera {HOSTILE}"),
            email: "v***@carrier.example".into(),
            reveal: Some(RevealForm::at("/people/usr_1/reveal".into())),
            role: "Viewer".into(),
            is_oneself: false,
            may_administer: true,
            only_different: false,
            different: 2,
            groups: vec![PermissionGroup {
                name: "Shipments".into(),
                lines,
            }],
            role_form: Some(RoleForm {
                roles: vec![SelectOption::new("OPERATOR", "Operator")],
                chosen: String::new(),
                reason: HOSTILE.into(),
                error: Some("A reason has 10 to 500 characters.".into()),
            }),
        }
    }

    /// AUTHZ-2: each with its reason, and what can be done about it.
    #[test]
    fn each_permission_is_shown_with_why_and_what_can_be_done_about_it() {
        let mut refused = line("shipments.create", WhyView::NotHeld, Offer::Give);
        refused.tried = Some(Tried {
            until: "7d".into(),
            date: String::new(),
            reason: HOSTILE.into(),
            problems: vec!["A reason has 10 to 500 characters.".into()],
        });
        let html = render(
            "person-permissions",
            &page(vec![
                line("shipments.view.own", WhyView::Role, Offer::Withhold),
                refused,
                line(
                    "shipments.edit",
                    WhyView::Given(decided(true)),
                    Offer::End("pgr_1".into()),
                ),
                line(
                    "dangerous_goods.compatibility.override",
                    WhyView::Withheld(decided(false)),
                    Offer::End("pgr_2".into()),
                ),
                line("session.own", WhyView::Role, Offer::Nothing),
            ]),
        );
        for part in [
            "By the role Viewer",
            "Not held",
            "until <time datetime=\"2026-11-22T12:55:00Z\">29 Nov 2026",
            "until somebody ends it",
            "second factor",
            "action=\"/people/usr_1/permissions/pgr_1/end\"",
            "action=\"/people/usr_1/permissions\"",
            "name=\"effect\" value=\"granted\"",
            "name=\"effect\" value=\"withheld\"",
            "<details class=\"more decide-line\" open>",
            "<option value=\"7d\" selected>",
            "action=\"/people/usr_1/role\"",
            "?show=different",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }

    /// AUTHZ-7: what somebody may not do is not on the page.
    #[test]
    fn who_may_not_decide_sees_the_reasons_and_no_form() {
        let mut only = page(vec![line("shipments.view.own", WhyView::Role, Offer::Nothing)]);
        only.role_form = None;
        only.reveal = None;
        only.may_administer = false;
        only.is_oneself = true;
        let html = render("person-permissions-read", &only);
        assert!(html.contains("By the role Viewer"));
        assert!(!html.contains("name=\"effect\"") && !html.contains("name=\"reason\""));
        assert!(html.contains("somebody else decides what you may do"));
        only.only_different = true;
        only.groups.clear();
        let html = render("person-permissions-none", &only);
        assert!(html.contains("Nothing differs from the role"));
    }

    #[test]
    fn the_matrix_says_of_each_role_in_words_whether_it_holds_a_permission() {
        let html = render(
            "permissions",
            &PermissionMatrix {
                shell: shell(Section::People),
                roles: vec!["Viewer".into(), "Operator".into()],
                groups: vec![MatrixGroup {
                    name: "Shipments".into(),
                    lines: vec![MatrixLine {
                        name: "shipments.edit".into(),
                        description: "Change shipments".into(),
                        critical: true,
                        held: vec![false, true],
                    }],
                }],
            },
        );
        assert!(
            html.contains("<span class=\"vh\">yes</span>") && html.contains("<span class=\"vh\">no</span>")
        );
        assert!(
            html.contains("shipments.edit") && html.contains("second factor") && html.contains("Operator")
        );
    }
}
