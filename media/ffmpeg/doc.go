// Package ffmpeg runs ffprobe and ffmpeg on strangers' files and answers in
// types.
//
// Every call has one shape: one local file, its demuxer forced by what its
// first bytes say, or found once by ffprobe among a list of formats that hold
// their media themselves (never a playlist, a concat script, subtitles or a
// picture), only the file protocol, the clip's own decoders, a deadline, a cap
// on the output, inside media/cage. Which of several pictures and sounds are
// the clip is decided once, in Probe. It owns no state; after a crash there is nothing
// to tidy up except the output file that the caller named.
//
// It is a leaf: it must not import app, sync or the rest of media.
package ffmpeg
