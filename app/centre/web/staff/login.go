package staff

import (
	"context"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

type staffLoginInput struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"64"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

type staffMeBody struct {
	Name string     `json:"name"`
	Role login.Role `json:"role" enum:"administrator,invigilator,examiner,technician"`
}

func (s *Server) staffLogin(ctx context.Context, in *staffLoginInput) (*staffMeOutput, error) {
	var user store.User
	account := store.StaffAccount(in.Body.Name)
	err := s.Door.TryLogin(ctx, s.Door.Desk, account, func() error {
		var err error
		user, err = s.Store.FindUser(ctx, in.Body.Name)
		if err != nil && !refusal.Is(err, refusal.NotFound) {
			return err
		}
		return webkit.CheckLogin(in.Body.Password, user.Password, user.LockedAt)
	})
	if err != nil {
		return nil, err
	}
	if err := s.Door.Open(ctx, s.Door.NewSession(ctx, store.StaffSession, user.Name, ""), account); err != nil {
		return nil, err
	}
	err = s.Store.RecordStaffLogin(ctx, user.Name)
	return &staffMeOutput{Body: staffMeBody{Name: user.Name, Role: user.Role}}, err
}

type staffMeOutput struct{ Body staffMeBody }

func (s *Server) staffMe(ctx context.Context, _ *struct{}) (*staffMeOutput, error) {
	user, err := s.Store.FindUser(ctx, access.Of(ctx).Session.Subject)
	return &staffMeOutput{Body: staffMeBody{Name: user.Name, Role: user.Role}}, err
}

func (s *Server) logout(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, s.Door.Close(ctx)
}
