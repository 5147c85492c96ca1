package staff

import "context"

type clipsInput struct {
	Before string `query:"before" maxLength:"64" doc:"The last clip of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type clipsOutput struct {
	Body struct {
		Clips []ReviewRow `json:"clips"`
		Next  string      `json:"next,omitempty"`
	}
}

// listClips is the desk's list, of running attempts too; one clip of it is the
// review's.
func (s *Server) listClips(ctx context.Context, in *clipsInput) (*clipsOutput, error) {
	clips, next, err := s.Store.ListClips(ctx, in.Before, in.Limit)
	out := &clipsOutput{}
	out.Body.Clips, out.Body.Next = reviewRowsOf(clips), next
	return out, err
}
