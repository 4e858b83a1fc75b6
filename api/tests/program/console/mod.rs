//! The console as a browser gets it, of the running program: `web/dist`, which `./test` builds.

mod served;
