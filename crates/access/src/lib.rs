//! Who is calling and what they may do: Actor, Permission, Grant, Cedar policies
