//! The labels as documents and as paths.

use super::draw::shapes;
use super::shape::{Shape, Step, steps};
use super::{LabelModel, svg};

const ALL: [&str; 26] = [
    "1",
    "1.1D",
    "1.2",
    "1.3G",
    "1.4S",
    "1.5D",
    "1.6N",
    "2.1",
    "2.2",
    "2.3",
    "3",
    "4.1",
    "4.2",
    "4.3",
    "5.1",
    "5.2",
    "6.1",
    "6.2",
    "7",
    "7X",
    "8",
    "9",
    "9A",
    "LQ",
    "33/1203",
    "X423/1428",
];

fn all() -> impl Iterator<Item = LabelModel> {
    ALL.iter().map(|text| text.parse().unwrap())
}

#[test]
fn every_label_is_a_document_with_a_title_and_nothing_a_strict_policy_refuses() {
    for model in all() {
        let svg = svg(&model);
        assert!(
            svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\""),
            "{svg}"
        );
        assert!(
            svg.contains(&format!("<title>{}</title>", model.title())),
            "{svg}"
        );
        for refused in ["style", "script", "href", "url(", " on"] {
            assert!(
                !svg.split("</title>").nth(1).unwrap().contains(refused),
                "`{refused}` in {svg}"
            );
        }
    }
}

#[test]
fn every_path_can_be_drawn_and_stays_inside_the_field() {
    for model in all() {
        for shape in shapes(&model) {
            let Shape::Path { d, .. } = shape else { continue };
            let steps = steps(d).unwrap_or_else(|| panic!("cannot read `{d}`"));
            assert!(matches!(steps[0], Step::Move(..)), "{d}");
            let inside = |step: &Step| match step {
                Step::Move(x, y) | Step::Line(x, y) => [*x, *y].iter().all(|v| (1.0..=99.0).contains(v)),
                Step::Cubic(six) => six.iter().all(|v| (1.0..=99.0).contains(v)),
                Step::Close => true,
            };
            assert!(steps.iter().all(inside), "{model:?}: {d}");
        }
    }
}

#[test]
fn no_two_labels_look_the_same() {
    let drawn: std::collections::HashSet<String> = all()
        .map(|model| svg(&model).split("</title>").nth(1).unwrap().to_owned())
        .collect();
    // 7 and 7X are one label.
    assert_eq!(drawn.len(), ALL.len() - 1);
}

#[test]
fn a_text_that_names_no_label_is_refused() {
    for text in [
        "", "1.7", "1.1I", "1.4SS", "2", "10", "4.4", "6", "3 ", "lq", "33/12", "3/1203", "<b>/1203", "/",
    ] {
        assert!(text.parse::<LabelModel>().is_err(), "{text}");
    }
}

#[test]
fn a_plate_made_by_hand_cannot_smuggle_markup() {
    let svg = svg(&LabelModel::OrangePlate {
        hazard: Some("<script>".into()),
        un: "&".into(),
    });
    assert!(!svg.contains("<script") && svg.contains("&amp;"), "{svg}");
}
