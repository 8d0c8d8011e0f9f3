-- Lists that are taken in name members who have neither handle nor mail address by their name.
CREATE INDEX member_name ON member (lower(name)) WHERE handle IS NULL AND email = '';
