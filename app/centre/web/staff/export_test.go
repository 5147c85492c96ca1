package staff

// What tests over HTTP read.
type (
	BoardBody       = boardBody
	ExtraTimeBody   = extraTimeBody
	ReviewBody      = reviewBody
	ReviewQueueBody = reviewQueueBody
	IdentityBody    = identityBody
	RoomBody        = roomBody
	FreedBody       = freedBody
	JobBody         = jobBody
	RegisteredBody  = registeredBody
	OrdersBody      = ordersBody
	PreviewBody     = previewBody
	ImportBody      = importBody
	WindowsBody     = windowsBody
	HandBody        = handBody
	GapsBody        = gapsBody
	ProblemBody     = problemBody
)
