//! PostgreSQL: transactions under row-level security, and every SQL statement of the product
