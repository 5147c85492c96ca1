-- name: DeleteJob :exec
DELETE FROM goqite WHERE id = ?;

-- name: DeleteRunningJob :exec
DELETE FROM running_jobs WHERE id = ?;

-- name: DeleteFailedJob :exec
DELETE FROM failed_jobs WHERE id = ?;
