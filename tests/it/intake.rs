//! Intake: real annexes, layouts, programs, encodings, faults of files.

mod cases;
mod child;
mod examined;
mod headings;
mod layouts;
mod lines;
mod packages;
mod real;
mod support;
