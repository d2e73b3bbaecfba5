//! The solver: cvc5 beside this process, found by `CVC5` or on the path.

use cedar_policy_symcc::err::Error;
use cedar_policy_symcc::solver::LocalSolver;
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicy, CompiledPolicySet, Env};
use tokio::runtime::{Builder, Runtime};

/// Milliseconds for one question; each takes some tens, on a busy machine far more.
const PATIENCE: &str = "--tlimit-per=300000";

/// What went wrong with the solver. Nothing is proved then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SolverError {
    /// There is none.
    #[error("no solver: install cvc5, or name its program in `CVC5` ({0})")]
    Absent(String),
    /// It answered nothing that can be used.
    #[error("the solver failed: {0}")]
    Failed(#[source] Box<Error>),
}

/// A running solver.
pub struct Prover {
    runtime: Runtime,
    compiler: CedarSymCompiler<LocalSolver>,
    questions: usize,
}

impl Prover {
    /// Starts the solver.
    ///
    /// # Errors
    /// [`SolverError::Absent`] when there is none.
    pub fn start() -> Result<Self, SolverError> {
        let absent = |error: &dyn std::error::Error| SolverError::Absent(error.to_string());
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| absent(&error))?;
        let inside = runtime.enter();
        let solver = LocalSolver::cvc5_with_args([PATIENCE]).map_err(|error| {
            let source = std::error::Error::source(&error);
            source.map_or_else(|| absent(&error), absent)
        })?;
        let compiler = CedarSymCompiler::new(solver).map_err(|error| SolverError::Failed(Box::new(error)))?;
        drop(inside);
        Ok(Self {
            runtime,
            compiler,
            questions: 0,
        })
    }

    /// How many questions were asked.
    #[must_use]
    pub const fn questions(&self) -> usize {
        self.questions
    }

    /// A request that `a` allows and `b` does not.
    pub(crate) fn beyond(
        &mut self,
        a: &CompiledPolicySet,
        b: &CompiledPolicySet,
    ) -> Result<Option<Env>, SolverError> {
        self.questions += 1;
        self.runtime
            .block_on(self.compiler.check_implies_with_counterexample_opt(a, b))
            .map_err(|error| SolverError::Failed(Box::new(error)))
    }

    /// Whether some request has another answer.
    pub(crate) fn differ(
        &mut self,
        a: &CompiledPolicySet,
        b: &CompiledPolicySet,
    ) -> Result<bool, SolverError> {
        self.questions += 1;
        self.runtime
            .block_on(self.compiler.check_equivalent_opt(a, b))
            .map(|same| !same)
            .map_err(|error| SolverError::Failed(Box::new(error)))
    }

    /// A request on which the policy fails to evaluate.
    pub(crate) fn fails(&mut self, policy: &CompiledPolicy) -> Result<Option<Env>, SolverError> {
        self.questions += 1;
        self.runtime
            .block_on(self.compiler.check_never_errors_with_counterexample_opt(policy))
            .map_err(|error| SolverError::Failed(Box::new(error)))
    }
}
