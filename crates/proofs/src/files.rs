//! A directory of policies: the schema, the roles, the policies and what is to be proved of them.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use access::policy::PolicyError;
use cedar_policy::{
    Effect, Entities, Policy, PolicyId, PolicySet, RequestEnv, Schema, ValidationMode, Validator,
};

use crate::roles::Roles;
use crate::subject::kinds;

/// The file of properties, which are proved and not loaded.
pub const PROPERTIES: &str = "properties.cedar";
/// The schema.
const SCHEMA: &str = "safeshipper.cedarschema";
/// The hierarchy of roles.
const ROLES: &str = "roles.json";

/// Why a directory of policies cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// A file cannot be read.
    #[error("`{0}` cannot be read: {1}")]
    Unreadable(String, std::io::Error),
    /// A file does not parse.
    #[error("`{0}` does not parse: {1}")]
    Unparsed(String, String),
    /// Policies or properties do not fit the schema.
    #[error("{0} do not fit the schema: {1}")]
    Misfit(&'static str, String),
    /// A property is not written as one.
    #[error("{0}: {1}")]
    Property(PolicyId, &'static str),
}

/// What no request that the policies allow may be.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its short name.
    pub name: String,
    /// The promise, in words.
    pub says: String,
    /// A forbid that refuses nothing the policies do not refuse already: that is what is proved.
    pub(crate) policy: Policy,
}

/// Policies and what is to be proved of them, parsed and fitting the schema.
#[derive(Debug, Clone)]
pub struct Files {
    pub(crate) schema: Schema,
    pub(crate) roles: Roles,
    /// Each policy's id is its file and line, such as `forbids.cedar:5`.
    pub(crate) policies: PolicySet,
    pub(crate) properties: Vec<Property>,
    /// Forbids that refuse the requests the program never makes.
    pub(crate) facts: Vec<Policy>,
    /// Forbids that refuse the requests in which roles are not compared.
    pub(crate) supposed: Vec<Policy>,
    /// The actions to prove it for; all where there are none.
    only: Vec<String>,
    texts: Texts,
}

/// The files as they are written.
#[derive(Debug, Clone)]
struct Texts {
    schema: String,
    roles: String,
    policies: Vec<(String, String)>,
}

impl Files {
    /// Reads a directory. Without a `properties.cedar` in it, those of the program are to be proved.
    ///
    /// # Errors
    /// When a file is missing, does not parse or does not fit the schema.
    pub fn read(directory: &Path) -> Result<Self, FilesError> {
        let unreadable = |name: &Path| {
            let name = name.display().to_string();
            move |error| FilesError::Unreadable(name, error)
        };
        let read = |name: &str| {
            let path = directory.join(name);
            fs::read_to_string(&path).map_err(unreadable(&path))
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(directory).map_err(unreadable(directory))? {
            let name = entry.map_err(unreadable(directory))?.file_name();
            let name = name.to_string_lossy().into_owned();
            if name.ends_with(".cedar") && name != PROPERTIES {
                names.push(name);
            }
        }
        names.sort();
        let texts = names
            .into_iter()
            .map(|name| read(&name).map(|text| (name, text)))
            .collect::<Result<Vec<_>, _>>()?;
        let properties = if directory.join(PROPERTIES).exists() {
            read(PROPERTIES)?
        } else {
            access::policy::PROPERTIES.to_owned()
        };
        let texts = texts.iter().map(|(name, text)| (&**name, &**text));
        Self::parse(&read(SCHEMA)?, &read(ROLES)?, texts, &properties)
    }

    /// The policies compiled into the program.
    ///
    /// # Errors
    /// When they do not parse or do not fit the schema.
    pub fn embedded() -> Result<Self, FilesError> {
        use access::policy::{FILES, PROPERTIES, ROLES, SCHEMA};
        Self::parse(SCHEMA, ROLES, FILES.iter().copied(), PROPERTIES)
    }

    /// Parses texts; `policies` are named, since a policy is called by its file and line.
    ///
    /// # Errors
    /// As those of [`Self::read`].
    pub fn parse<'a>(
        schema: &str,
        roles: &str,
        policies: impl IntoIterator<Item = (&'a str, &'a str)>,
        properties: &str,
    ) -> Result<Self, FilesError> {
        let unparsed = |name: &str, error: &dyn std::error::Error| {
            FilesError::Unparsed(name.to_owned(), error.to_string())
        };
        let texts = Texts {
            schema: schema.to_owned(),
            roles: roles.to_owned(),
            policies: policies
                .into_iter()
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .collect(),
        };
        let (schema, _) = Schema::from_cedarschema_str(schema).map_err(|error| unparsed(SCHEMA, &error))?;
        let hierarchy =
            Entities::from_json_str(roles, Some(&schema)).map_err(|error| unparsed(ROLES, &error))?;
        let mut all = PolicySet::new();
        for (name, text) in &texts.policies {
            let own = access::policy::by_line(name, text).map_err(|error| unparsed(name, &error))?;
            all.merge(&own, false).map_err(|error| unparsed(name, &error))?;
        }
        fits(&schema, &all, "policies")?;
        let promises =
            access::policy::by_line(PROPERTIES, properties).map_err(|error| unparsed(PROPERTIES, &error))?;
        let mut files = Self {
            roles: Roles::of(&hierarchy),
            policies: all,
            properties: Vec::new(),
            facts: Vec::new(),
            supposed: Vec::new(),
            schema,
            only: Vec::new(),
            texts,
        };
        files.facts = files.roles.facts();
        fits(&files.schema, &promises, "properties")?;
        in_order(&promises)
            .into_iter()
            .try_for_each(|policy| files.keep(policy.clone()))?;
        Ok(files)
    }

    /// Sorts a policy of the file of properties by its annotation.
    fn keep(&mut self, policy: Policy) -> Result<(), FilesError> {
        let told = |problem| Err(FilesError::Property(policy.id().clone(), problem));
        let forbids = policy.effect() == Effect::Forbid;
        match (
            policy.annotation("property"),
            policy.annotation("fact"),
            policy.annotation("supposed"),
        ) {
            (Some(name), None, None) if forbids => {
                let Some(says) = policy.annotation("says") else {
                    return told("a property needs `@says`");
                };
                self.properties.push(Property {
                    name: name.to_owned(),
                    says: says.to_owned(),
                    policy,
                });
            }
            (None, Some(_), None) if forbids => self.facts.push(policy),
            (None, None, Some(_)) if forbids => self.supposed.push(policy),
            _ => return told("expected a forbid with one of `@property`, `@fact` and `@supposed`"),
        }
        Ok(())
    }

    /// Whether requests of this action can be asked about.
    #[must_use]
    pub fn knows(&self, action: &str) -> bool {
        self.kinds()
            .iter()
            .any(|env| env.action().id().unescaped() == action)
    }

    /// The same, with everything to be proved for these actions alone.
    #[must_use]
    pub fn only(mut self, actions: &[impl AsRef<str>]) -> Self {
        self.only = actions.iter().map(|action| action.as_ref().to_owned()).collect();
        self
    }

    /// Whether only some actions are asked about.
    pub(crate) fn is_narrowed(&self) -> bool {
        !self.only.is_empty()
    }

    /// The kinds of requests to prove everything for.
    pub(crate) fn kinds(&self) -> Vec<RequestEnv> {
        let mut kinds = kinds(&self.schema);
        let among = |action: &str| self.only.is_empty() || self.only.iter().any(|only| only == action);
        kinds.retain(|env| among(env.action().id().unescaped()));
        kinds
    }

    /// Whether the program would start with these files: its roles, permissions and reasons are theirs.
    ///
    /// # Errors
    /// What the program would say.
    pub fn fit_the_program(&self) -> Result<(), PolicyError> {
        let Texts {
            schema,
            roles,
            policies,
        } = &self.texts;
        let policies: Vec<_> = policies.iter().map(|(name, text)| (&**name, &**text)).collect();
        access::policy::fits_the_program(schema, roles, &policies)
    }

    /// The policies by file and line.
    #[must_use]
    pub fn policy_ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self
            .policies
            .policies()
            .map(|policy| policy.id().to_string())
            .collect();
        ids.sort();
        ids
    }

    /// What is to be proved.
    #[must_use]
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }
}

fn fits(schema: &Schema, policies: &PolicySet, what: &'static str) -> Result<(), FilesError> {
    let result = Validator::new(schema.clone()).validate(policies, ValidationMode::Strict);
    if result.validation_passed_without_warnings() {
        return Ok(());
    }
    let faults: Vec<_> = result
        .validation_errors()
        .map(ToString::to_string)
        .chain(result.validation_warnings().map(ToString::to_string))
        .collect();
    Err(FilesError::Misfit(what, faults.join("; ")))
}

/// File and line of a policy, by its id.
pub(crate) fn place(id: &PolicyId) -> (String, u32) {
    let id: &str = id.as_ref();
    let (file, line) = id.rsplit_once(':').unwrap_or((id, ""));
    (file.to_owned(), u32::from_str(line).unwrap_or_default())
}

/// The policies as they are written, file by file; a set has no order to rely on.
pub(crate) fn in_order(policies: &PolicySet) -> Vec<&Policy> {
    let mut all: Vec<_> = policies.policies().collect();
    all.sort_by_key(|policy| place(policy.id()));
    all
}
