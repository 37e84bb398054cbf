export const etag = { ETag: "Version of what is answered; for `If-Match` and `If-None-Match`" };

export const location = { Location: "Where to ask what became of the submission" };

export const nextPage = { Link: '`rel="next"`: the address of the next page' };
