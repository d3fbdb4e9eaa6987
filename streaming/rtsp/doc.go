// Package rtsp serves the pictures of a feed to engines and network video recorders by RTSP
// ([Server]), and sends them to one ([Sender]). Package app calls it. It imports streaming,
// sound and matroska, gortsplib and gortmplib for the protocols, and the leaves jpegs, caught
// and secrets; it knows no HTTP and no window. A [Door] decides who may watch: app passes it
// the one of package web, so that a passcode and a blocked address count for both.
//
// The way of a picture: [streaming.Feed.Frames] ──► packets (carried.go, packets.go), once
// for all readers ──► one stream of gortsplib for each reader, over TCP.
//
// RTP carries JPEG without its header (RFC 2435): the size, the kind of sampling and the
// quantization tables go with each picture, and the reader takes the standard Huffman tables.
// What is carried is as the camera delivered it. Other pictures are made anew by a [Remake].
//
// The way of H.264 to an engine: [streaming.Feed.Frames] ──► Matroska ──► ffmpeg ──► MPEG-TS
// (encoder.go) ──► an outlet, by RTSP (h264.go) or RTMP (rtmp.go).
//
// Sound is a second media, Opus as package sound has encoded it (sound.go), for readers that
// take it. Both have their capture times by RTCP.
//
// A reader gets a picture only when it has taken the one before: one that is slow skips
// whole pictures, as HTTP's viewers do, and delays nobody. There is no UDP: a picture is a
// burst of 64 packets, which overruns the buffers of many players.
package rtsp
