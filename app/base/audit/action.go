package audit

// Action names what a line of a log records. A name never changes: it is in the
// hashes of the log and in what the province has. Each store declares its own.
type Action string
