-- What is erased may be a thing whose fields had keys of their own: which keys those were.

ALTER TABLE erased_subjects ADD COLUMN key_ids text[] NOT NULL DEFAULT '{}';
