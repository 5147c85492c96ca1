package staff

import (
	"context"

	"kaodian/app/base/login"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
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
	user, err := s.Door.CheckStaff(ctx, in.Body.Name, in.Body.Password)
	if err != nil {
		return nil, err
	}
	if err := s.Door.Open(ctx, s.Door.NewStaffSession(ctx, user.Name), store.StaffAccount(user.Name)); err != nil {
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
