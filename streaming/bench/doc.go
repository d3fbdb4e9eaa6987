//go:build linux

// Bench measures what Fanlight's server costs: CPU a delivered picture beside a
// bare write(2) loop and beside the design that Fanlight grew out of, side by side
// on the same pictures in the same run; memory a viewer, allocations a picture, and
// the time until the last of 100 viewers has the last byte.
//
// "make bench" builds what it needs and runs it. It measures programs from outside, and
// imports nothing of Fanlight.
//
// The way of its data: makePictures writes pictures to a folder, from which the contenders
// serve them (contenders.go). Fanlight's history is filled first (history.go). A crowd of
// viewers, a process of its own (viewers.go), counts the bytes. Two readings of those counts
// and of the contender's CPU time make a sample (measure.go), and the medians of the samples
// the table (table.go). The viewers discard the bytes in the kernel (recv with MSG_TRUNC,
// tcp(7)), so that the machine is busy with serving and not with reading.
package main
