//! Intake: real annexes, layouts, programs, encodings, faults of files.

mod cases;
mod child;
mod headings;
mod layouts;
mod lines;
mod real;
mod support;
