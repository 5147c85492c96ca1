package exam

// ClipState is how far a clip is, in the contract's words.
type ClipState string

// The states of a clip. Receiving is an upload that is not a clip yet.
const (
	ClipReceiving    ClipState = "receiving"
	ClipReceived     ClipState = "received"
	ClipExamined     ClipState = "examined"
	ClipUnexaminable ClipState = "unexaminable"
)
