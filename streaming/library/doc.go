// Package library lists the recordings of a folder, and plays, renames and deletes them:
// files of Motion JPEG in Matroska that package recording or any other program has written.
//
// Packages web and app call it, which show the list and play a [Recording] as a
// [replay.Past]. It imports no HTTP and no window, and makes no pictures smaller: it is handed
// a function for thumbnails.
//
// The folder is not trusted. All that happens in it goes through an [os.Root], so that no
// symbolic link leads out of it, only regular files are opened, and a file is listed only if
// one of its pictures can be shown.
package library
