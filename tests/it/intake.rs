//! Intake: real annexes, layouts, programs, encodings, faults of files.

mod real;
mod support;
