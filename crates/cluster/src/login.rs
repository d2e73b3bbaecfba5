//! How PostgreSQL's programs are told where to connect: everything but the password, which goes another way.

use std::path::{Path, PathBuf};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::error::EmbeddedError;

/// A login to a database of a server.
#[derive(Debug, Clone)]
pub struct Login {
    place: Place,
    database: Option<String>,
    password: Option<SecretString>,
}

#[derive(Debug, Clone)]
enum Place {
    Socket { dir: PathBuf, port: u16, user: String },
    Url(Url),
}

impl Login {
    /// Behind a Unix-domain socket.
    #[must_use]
    pub fn socket(dir: &Path, port: u16, user: &str, password: &SecretString, database: &str) -> Self {
        Self {
            place: Place::Socket {
                dir: dir.to_owned(),
                port,
                user: user.to_owned(),
            },
            database: Some(database.to_owned()),
            password: Some(password.clone()),
        }
    }

    /// A `postgres://` URL, as PostgreSQL's own library reads it.
    ///
    /// # Errors
    /// [`EmbeddedError::Url`], which does not repeat it.
    pub fn url(url: &SecretString) -> Result<Self, EmbeddedError> {
        let mut url: Url = url.expose_secret().parse().map_err(|_| EmbeddedError::Url)?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(EmbeddedError::Url);
        }
        let decoded = |text: &str| {
            percent_decode_str(text)
                .decode_utf8()
                .map(|text| text.into_owned())
        };
        let mut password = match url.password() {
            Some(password) => Some(SecretString::from(
                decoded(password).map_err(|_| EmbeddedError::Url)?,
            )),
            None => None,
        };
        if password.is_some() {
            url.set_password(None).map_err(|()| EmbeddedError::Url)?;
        }
        let named = decoded(url.path().trim_start_matches('/')).map_err(|_| EmbeddedError::Url)?;
        let mut database = Some(named).filter(|name| !name.is_empty());
        let mut options = Vec::new();
        for (name, value) in url.query_pairs() {
            match &*name {
                "password" => password = Some(SecretString::from(value.into_owned())),
                "dbname" => database = Some(value.into_owned()),
                _ => options.push(format!("{}={}", encoded(&name), encoded(&value))),
            }
        }
        // Not as forms have it: PostgreSQL's library takes a `+` for what it is.
        url.set_query(
            Some(&options.join("&"))
                .filter(|options| !options.is_empty())
                .map(String::as_str),
        );
        Ok(Self {
            place: Place::Url(url),
            database,
            password,
        })
    }

    /// The same login to another database of the server.
    #[must_use]
    pub fn to(&self, database: &str) -> Self {
        Self {
            database: Some(database.to_owned()),
            ..self.clone()
        }
    }

    /// What PostgreSQL's library connects by; it holds no password.
    pub(crate) fn conninfo(&self) -> String {
        match &self.place {
            Place::Socket { dir, port, user } => {
                let dir = quoted(&dir.display().to_string());
                let database = quoted(self.database.as_deref().unwrap_or_default());
                format!("host={dir} port={port} user={} dbname={database}", quoted(user))
            }
            Place::Url(url) => {
                let mut url = url.clone();
                url.set_path(&encoded(self.database.as_deref().unwrap_or_default()));
                url.to_string()
            }
        }
    }

    pub(crate) fn password(&self) -> Option<&SecretString> {
        self.password.as_ref()
    }
}

/// A text as a part of a URL.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A value of a `key=value` text.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use secrecy::{ExposeSecret, SecretString};

    use super::Login;

    fn login(url: &str) -> Login {
        Login::url(&SecretString::from(url)).unwrap()
    }

    #[test]
    fn the_password_is_in_no_argument_wherever_it_stood() {
        for url in [
            "postgres://ada:s%40cret@db.example:5433/ship?sslmode=require",
            "postgres://ada@db.example:5433/ship?password=s%40cret&sslmode=require",
            "postgres://ada:s%40cret@%2Frun%2Fpg:5433/ship",
        ] {
            let login = login(url);
            assert_eq!(login.password().unwrap().expose_secret(), "s@cret", "{url}");
            let said = login.conninfo();
            assert!(!said.contains("cret") && said.contains("/ship"), "{said}");
            assert!(said.contains("ada@"), "{said}");
        }
        let without = login("postgres://db.example/ship");
        assert!(without.password().is_none());
        assert_eq!(without.to("other").conninfo(), "postgres://db.example/other");
    }

    #[test]
    fn a_socket_is_named_whatever_its_directory_is_called() {
        let password = SecretString::from("s3cret");
        let login = Login::socket(Path::new("/run/o'b\\x y"), 5432, "postgres", &password, "ship");
        assert_eq!(
            login.conninfo(),
            "host='/run/o\\'b\\\\x y' port=5432 user='postgres' dbname='ship'"
        );
        let odd = login.to("a b'c");
        assert!(odd.conninfo().ends_with("dbname='a b\\'c'"));
        assert!(!format!("{login:?}").contains("s3cret"));
    }

    #[test]
    fn what_is_no_url_is_refused_and_not_repeated() {
        for none in ["ada:s3cret at home", "mysql://ada:s3cret@db/ship", "s3cret"] {
            let error = Login::url(&SecretString::from(none)).unwrap_err();
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }
}
