// Package secrets is about passwords in what the user writes: commands and
// addresses. It hides them in whatever is shown or logged, and reads addresses that
// hold one.
//
// The driver files and the rooms network, opencv and process call it. It is a leaf
// and imports nothing of Fanlight. Text goes in, text fit to be shown comes out.
package secrets
