//! Personal data in what people are shown (DATA-8, E16).
//!
//! Telephone numbers, e-mail and postal addresses are values of types of their own, which neither `Debug` nor
//! serialise. A page or an answer gets them as [`Shown`], and that is made in this file alone: in clear where the
//! reader holds the permission the type names, on the very object it is about, otherwise in a partial form that is
//! still of use. Whoever has a reason is shown the rest by an act that is in the trail first ([`Sight::revealed`]).
//!
//! To classify another kind of value: a type here that implements [`Personal`].

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use access::actor::Actor;
use access::grant::Refusal;
use access::permission::{AdministerUsers, Permission, ViewEmergencyContacts, ViewPersonalData};
use access::policy::Resource;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use store::tx::Receipt;

use crate::App;

/// What hides a part of a value. No sound value of any class has it, so a partial form is never taken for one.
const HIDDEN: &str = "***";

/// A kind of personal data.
pub trait Personal: Sized {
    /// Who holds this on the object it is about is shown the value as it is.
    type SeenWith: Permission;

    /// What everybody else is shown: of the same form, of use, and no way back to the value.
    #[must_use]
    fn partial(&self) -> Self;
}

/// A telephone number to call in an emergency.
#[derive(Clone)]
pub struct Phone(SecretString);

/// An e-mail address to write to about a shipment.
#[derive(Clone)]
pub struct Email(SecretString);

/// The e-mail address a person signs in with.
#[derive(Clone)]
pub struct SignInEmail(SecretString);

/// A postal address. Not `Debug`: it is stored encrypted and stays out of logs. It serialises for being sealed.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Postcode.
    pub postcode: String,
    /// City.
    pub city: String,
    /// Country.
    pub country: String,
}

macro_rules! text {
    ($($kind:ident),+) => {$(
        impl $kind {
            pub(crate) fn as_str(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl From<SecretString> for $kind {
            fn from(text: SecretString) -> Self {
                Self(text)
            }
        }

        impl Shown<$kind> {
            /// The text to show.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.value.as_str()
            }
        }
    )+};
}

text!(Phone, Email, SignInEmail);

impl Personal for Phone {
    type SeenWith = ViewEmergencyContacts;

    /// `+61 *** *** 412`: the country where it is set apart, and the last three digits where they are few of all.
    fn partial(&self) -> Self {
        let number = self.as_str();
        let country = number.strip_prefix('+').and_then(|rest| {
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
            (1..=3).contains(&digits.len()).then(|| format!("+{digits} "))
        });
        let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
        let last: String = match digits.len() {
            9.. => digits[digits.len() - 3..].iter().collect(),
            _ => HIDDEN.to_owned(),
        };
        let partial = format!("{}{HIDDEN} {HIDDEN} {last}", country.unwrap_or_default());
        Self(partial.into())
    }
}

impl Personal for Email {
    type SeenWith = ViewEmergencyContacts;

    fn partial(&self) -> Self {
        Self(partial_email(self.as_str()).into())
    }
}

impl Personal for SignInEmail {
    type SeenWith = AdministerUsers;

    fn partial(&self) -> Self {
        Self(partial_email(self.as_str()).into())
    }
}

/// `m***@carrier.example`: the first letter where it is not the whole name, and the domain.
fn partial_email(email: &str) -> String {
    let Some((name, domain)) = email.rsplit_once('@') else {
        return HIDDEN.to_owned();
    };
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(_)) => format!("{first}{HIDDEN}@{domain}"),
        _ => format!("{HIDDEN}@{domain}"),
    }
}

impl Personal for Address {
    type SeenWith = ViewPersonalData;

    /// City and country: where goods go is of use to whoever may not know to whose door.
    fn partial(&self) -> Self {
        Self {
            street: HIDDEN.to_owned(),
            postcode: HIDDEN.to_owned(),
            city: self.city.clone(),
            country: self.country.clone(),
        }
    }
}

/// Whether a text has a part hidden: it is no value, and nobody stores it for one.
pub(crate) fn is_partial(text: &str) -> bool {
    text.contains(HIDDEN)
}

/// What a reader is shown of a value.
pub struct Shown<T> {
    value: T,
    is_masked: bool,
}

impl<T: Personal> Shown<T> {
    /// Whether this is the partial form.
    #[must_use]
    pub const fn is_masked(&self) -> bool {
        self.is_masked
    }
}

impl Shown<Address> {
    /// The address to show.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.value
    }
}

impl App {
    /// Decides whether the actor is shown such values of this object in clear: the one place where that is decided.
    pub(crate) fn sees<T: Personal>(&self, actor: &Arc<Actor>, about: &Resource) -> Result<(), Refusal> {
        let decided = self.policies.decide_on::<T::SeenWith>(actor, about, self.now());
        decided.map(drop)
    }
}

/// How somebody sees an object: by what they may, or with nothing hidden.
pub(crate) struct Sight<'a>(Option<(&'a App, &'a Arc<Actor>, Resource, Answers)>);

impl<'a> Sight<'a> {
    /// By what the reader may.
    pub(crate) fn decided(app: &'a App, actor: &'a Arc<Actor>, about: Resource) -> Self {
        Self(Some((app, actor, about, Answers::default())))
    }

    /// With nothing hidden, because it is in the trail who wanted that, and why.
    pub(crate) const fn revealed(_: &Receipt) -> Self {
        Self(None)
    }

    /// With nothing hidden: it is the reader themselves.
    pub(crate) const fn of_oneself() -> Self {
        Self(None)
    }

    /// What is shown of a value.
    pub(crate) fn of<T: Personal>(&self, value: T) -> Shown<T> {
        let is_masked = self.0.as_ref().is_some_and(|(app, actor, about, answers)| {
            !answers.once::<T::SeenWith>(|| app.sees::<T>(actor, about).is_ok())
        });
        Shown {
            value: if is_masked { value.partial() } else { value },
            is_masked,
        }
    }
}

/// What the policies answered about one object: each permission is asked for once, however many values it shows.
#[derive(Default)]
struct Answers(RefCell<BTreeMap<&'static str, bool>>);

impl Answers {
    fn once<P: Permission>(&self, decide: impl FnOnce() -> bool) -> bool {
        *self.0.borrow_mut().entry(P::NAME).or_insert_with(decide)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use access::permission::{ViewEmergencyContacts, ViewPersonalData};

    use super::{Address, Answers, Email, Personal, Phone, SignInEmail, is_partial};

    /// A shipment has two addresses, a number and an e-mail: two questions.
    #[test]
    fn each_permission_is_asked_for_once_about_an_object_and_answers_for_itself_alone() {
        let (answers, mut asked) = (Answers::default(), 0);
        let mut ask = |answer| {
            asked += 1;
            answer
        };
        assert!(!answers.once::<ViewPersonalData>(|| ask(false)));
        assert!(answers.once::<ViewEmergencyContacts>(|| ask(true)));
        assert!(!answers.once::<ViewPersonalData>(|| ask(true)));
        assert!(answers.once::<ViewEmergencyContacts>(|| ask(false)));
        assert_eq!(asked, 2);
    }

    fn phone(number: &str) -> String {
        Phone(number.into()).partial().as_str().to_owned()
    }

    #[test]
    fn a_number_keeps_its_country_and_its_last_three_digits() {
        assert_eq!(phone("+61 402 555 412"), "+61 *** *** 412");
        assert_eq!(phone("+1 (800) 424-9300"), "+1 *** *** 300");
        assert_eq!(phone("0402 555 412"), "*** *** 412");
        // Nobody can say where the country ends.
        assert_eq!(phone("+61402555412"), "*** *** 412");
        assert_eq!(phone("112 112"), "*** *** ***");
    }

    #[test]
    fn an_address_for_mail_keeps_its_first_letter_and_its_domain() {
        let partial = |text: &str| Email(text.into()).partial().as_str().to_owned();
        assert_eq!(partial("mira@carrier.example"), "m***@carrier.example");
        assert_eq!(partial("m@carrier.example"), "***@carrier.example");
        assert_eq!(partial("no address"), "***");
        assert_eq!(
            SignInEmail("jo@a.example".into()).partial().as_str(),
            "j***@a.example"
        );
    }

    #[test]
    fn a_postal_address_keeps_city_and_country() {
        let address = Address {
            street: "Waalhaven 12".to_owned(),
            postcode: "3089 JH".to_owned(),
            city: "Rotterdam".to_owned(),
            country: "Netherlands".to_owned(),
        };
        let Address {
            street,
            postcode,
            city,
            country,
        } = address.partial();
        assert_eq!(
            [&*street, &*postcode, &*city, &*country],
            ["***", "***", "Rotterdam", "Netherlands"]
        );
    }

    proptest! {
        #[test]
        fn a_partial_number_tells_three_digits_of_nine_at_most_beside_the_country(number in r"\+?[0-9]{1,3}[ (.-][0-9 ().-]{5,30}") {
            let partial = phone(&number);
            prop_assert!(is_partial(&partial));
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
            let told = digits(partial.rsplit(' ').next().unwrap_or_default());
            prop_assert!(told == 0 || (told == 3 && digits(&number) >= 9), "{partial} of {number}");
            prop_assert!(digits(&partial) <= told + 3);
        }

        #[test]
        fn a_partial_form_is_of_the_same_length_however_long_the_value_is(a in "[a-z]{2,64}", b in "[a-z]{2,64}") {
            let length = |name: &str| Email(format!("{name}@a.example").into()).partial().as_str().len();
            prop_assert_eq!(length(&a), length(&b));
        }
    }
}
