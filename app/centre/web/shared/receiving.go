package shared

import "kaodian/app/centre/store"

// ReceivingBody is how far an upload under way is.
type ReceivingBody struct {
	UploadID string `json:"upload_id"`
	Offset   int64  `json:"offset" doc:"Bytes that are safe on the disk"`
	Arrived  int64  `json:"arrived,omitempty" doc:"Bytes that a request under way has brought, offset included: a sign of life, not a promise"`
	Size     int64  `json:"size,omitempty" doc:"Absent while it is live"`
	AtDesk   bool   `json:"at_desk,omitempty" doc:"Staff take the file in from a cable or card"`
	Live     bool   `json:"live,omitempty" doc:"It is sent while it is recorded; its size comes at the end (R23)"`
}

// Receiving tells how far the upload is; nil where nothing can become of it.
func (c *Centre) Receiving(u store.Upload) *ReceivingBody {
	if !u.Arrives(c.Store.Now()) {
		return nil
	}
	body := &ReceivingBody{UploadID: u.ID, Offset: u.Offset, Arrived: c.Engine.Arrived(u.ID), Size: u.Size, Live: u.Live, AtDesk: u.TakenIn != ""}
	if u.Live {
		body.Size = 0
	}
	return body
}
