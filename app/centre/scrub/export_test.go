package scrub

// FromDisk opens a stored file.
var FromDisk = fromDisk
