// Package assets embeds the files that are part of the program: the emulated camera's
// pictures, icons, and the viewer page.
//
// The driver emulated, packages ui and web, and tests import it. It imports embed and
// nothing else. The bytes go to the callers as they are in the files, shared by all of
// them: they must not be changed.
package assets
