// Made by `npm run schema`: do not edit.
export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys of access tokens */
        get: operations["keySet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read who saw what, the newest first */
        get: operations["listAccessLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-log/seals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Verify the access log */
        get: operations["listAccessLogSeals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-log/stored": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export the access log as it is stored */
        get: operations["exportStoredAccessLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the access policy */
        get: operations["getAccessPolicy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the access policy */
        patch: operations["patchAccessPolicy"];
        trace?: never;
    };
    "/api/access-reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List reviews of access, the newest first */
        get: operations["listAccessReviews"];
        put?: never;
        /** Open a review of access */
        post: operations["openAccessReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-reviews/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a review of access */
        get: operations["getAccessReview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-reviews/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close a review */
        post: operations["closeAccessReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-reviews/{id}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide about somebody's access */
        post: operations["decideAccess"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-reviews/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who is in a review */
        get: operations["listAccessReviewItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-reviews/{id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the result of a closed review */
        get: operations["getAccessReviewResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List agents */
        get: operations["listAgents"];
        put?: never;
        /** Create an agent */
        post: operations["createAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an agent */
        get: operations["getAgent"];
        /** Change an agent */
        put: operations["updateAgent"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change an agent */
        patch: operations["patchAgent"];
        trace?: never;
    };
    "/api/agents/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erase an agent */
        post: operations["eraseAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Export everything that is known about an agent */
        post: operations["exportAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an agent's second factors */
        delete: operations["resetAgentFactors"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let an agent set another password */
        post: operations["issuePasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List an agent's sessions */
        get: operations["listAgentSessions"];
        put?: never;
        post?: never;
        /** Log an agent out everywhere */
        delete: operations["endAgentSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of an agent's sessions */
        delete: operations["endAgentSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get analytics */
        get: operations["getAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the audit trail, the newest first */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/branding": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a company looks */
        get: operations["getBranding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calendars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List calendars */
        get: operations["listCalendars"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List customers */
        get: operations["listCustomers"];
        put?: never;
        /** Create a customer */
        post: operations["createCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a customer */
        get: operations["getCustomer"];
        /** Change a customer, or create the one of an external id */
        put: operations["updateCustomer"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a customer */
        patch: operations["patchCustomer"];
        trace?: never;
    };
    "/api/customers/{id}/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the consents of a customer */
        get: operations["listConsents"];
        put?: never;
        /** Record that a customer consents */
        post: operations["giveConsent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers/{id}/consents/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record that a customer withdraws a consent */
        post: operations["withdrawConsent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erase a customer */
        post: operations["eraseCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Export everything that is known about a customer */
        post: operations["exportCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers/{id}/restriction": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the restriction of a customer */
        get: operations["getRestriction"];
        /** Restrict what is done with the data of a customer */
        put: operations["restrictCustomer"];
        post?: never;
        /** Lift the restriction of a customer */
        delete: operations["liftRestriction"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/entitlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the entitlements */
        get: operations["getEntitlements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/entitlements/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Preview another plan */
        get: operations["previewPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List erasures, the oldest first */
        get: operations["listErasures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/erasures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an erasure and its certificate */
        get: operations["getErasure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the event feed */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the evidence */
        get: operations["getEvidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload a file */
        post: operations["uploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what is known of a file */
        get: operations["getFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a file */
        get: operations["getFileContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files/{id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a link to a file */
        post: operations["createFileLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List invitations */
        get: operations["listInvitations"];
        put?: never;
        /** Invite an agent */
        post: operations["createInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept an invitation */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an invitation */
        delete: operations["revokeInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List API keys */
        get: operations["listKeys"];
        put?: never;
        /** Create an API key */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an API key */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /** Revoke an API key */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rotate an API key */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/legal-holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List legal holds, the newest first */
        get: operations["listLegalHolds"];
        put?: never;
        /** Place a legal hold */
        post: operations["placeLegalHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/legal-holds/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a legal hold */
        get: operations["getLegalHold"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/legal-holds/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Release a legal hold */
        post: operations["releaseLegalHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log-streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List log streams */
        get: operations["listLogStreams"];
        put?: never;
        /** Create a log stream */
        post: operations["createLogStream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log-streams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a log stream */
        get: operations["getLogStream"];
        put?: never;
        post?: never;
        /** Delete a log stream */
        delete: operations["deleteLogStream"];
        options?: never;
        head?: never;
        /** Change a log stream */
        patch: operations["patchLogStream"];
        trace?: never;
    };
    "/api/log-streams/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a log stream a new secret */
        post: operations["rotateLogStreamSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log-streams/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test to a log stream */
        post: operations["testLogStream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what you may do */
        get: operations["getRights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your second factors */
        get: operations["listFactors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/factors/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a passkey */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/factors/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin to add a passkey */
        post: operations["beginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/factors/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add an authenticator app */
        post: operations["addTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/factors/totp/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin to add an authenticator app */
        post: operations["beginTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/factors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a second factor */
        delete: operations["removeFactor"];
        options?: never;
        head?: never;
        /** Rename a second factor */
        patch: operations["renameFactor"];
        trace?: never;
    };
    "/api/me/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make other recovery codes */
        post: operations["makeRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change your password */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/password-resets/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set another password with a reset */
        post: operations["acceptPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List permissions */
        get: operations["listPermissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/proof/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a signed checkpoint of the log */
        get: operations["getCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/proof/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prove that an earlier log is the beginning of a later one */
        get: operations["proveConsistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/proof/cosignatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add the cosignatures of outside witnesses */
        post: operations["addCosignatures"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/proof/inclusion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prove that events are in the log */
        get: operations["proveInclusion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/proof/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the public keys of the log */
        get: operations["listLogKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/proof/tile/{level}/{tile}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a tile of the tree, or the entries under one */
        get: operations["getTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Draw a report */
        get: operations["getReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention-policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List retention policies, and what they did */
        get: operations["listRetentionPolicies"];
        put?: never;
        /** Make a retention policy */
        post: operations["createRetentionPolicy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention-policies/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask what a retention policy would erase */
        post: operations["previewRetention"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention-policies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a retention policy, and what it did */
        get: operations["getRetentionPolicy"];
        put?: never;
        post?: never;
        /** Delete a retention policy */
        delete: operations["deleteRetentionPolicy"];
        options?: never;
        head?: never;
        /** Change a retention policy */
        patch: operations["patchRetentionPolicy"];
        trace?: never;
    };
    "/api/retention-policies/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Preview a retention policy */
        get: operations["previewRetentionPolicy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List roles */
        get: operations["listRoles"];
        put?: never;
        /** Make a role */
        post: operations["createRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/roles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a role */
        get: operations["getRole"];
        /** Change a role */
        put: operations["updateRole"];
        post?: never;
        /** Delete a role */
        delete: operations["deleteRole"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/roles/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Preview a change of a role */
        post: operations["previewRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/service-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List service accounts, the newest first */
        get: operations["listServiceAccounts"];
        put?: never;
        /** Create a service account */
        post: operations["createServiceAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/service-accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a service account */
        get: operations["getServiceAccount"];
        /** Change a service account */
        put: operations["updateServiceAccount"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a service account */
        patch: operations["patchServiceAccount"];
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your sessions */
        get: operations["listSessions"];
        put?: never;
        /** Log in */
        post: operations["logIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Log out */
        delete: operations["logOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/current/reauthentication": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prove again who you are */
        post: operations["reauthenticate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/current/reauthentication/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin to prove again who you are, with a passkey */
        post: operations["beginReauthentication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/mfa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finish a log-in with a second factor */
        post: operations["finishLogIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in with a passkey */
        post: operations["logInWithPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a log-in with a passkey */
        post: operations["beginPasskeyLogIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchange a refresh token for a new pair of tokens */
        post: operations["refreshSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Log out elsewhere: end one of your sessions */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sla-policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List SLA policies */
        get: operations["listSlaPolicies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/support-access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See who of the operator's staff may come, and who came */
        get: operations["getSupportAccess"];
        put?: never;
        /** Let the operator's staff in for a while */
        post: operations["grantSupportAccess"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/support-access/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a grant back */
        delete: operations["revokeSupportAccess"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List teams */
        get: operations["listTeams"];
        put?: never;
        /** Create a team */
        post: operations["createTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a team */
        get: operations["getTeam"];
        /** Change a team */
        put: operations["updateTeam"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a team */
        patch: operations["patchTeam"];
        trace?: never;
    };
    "/api/tenant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the tenant */
        get: operations["getTenant"];
        /** Change the tenant */
        put: operations["updateTenant"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the tenant */
        patch: operations["patchTenant"];
        trace?: never;
    };
    "/api/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tickets */
        get: operations["listTickets"];
        put?: never;
        /** Open a ticket */
        post: operations["createTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a ticket, as it is or as it was */
        get: operations["getTicket"];
        /** Change a ticket */
        put: operations["updateTicket"];
        post?: never;
        /** Delete a ticket */
        delete: operations["deleteTicket"];
        options?: never;
        head?: never;
        /** Change a ticket */
        patch: operations["patchTicket"];
        trace?: never;
    };
    "/api/tickets/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erase what was said in a ticket */
        post: operations["eraseTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/events/{event_id}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get why something happened to a ticket */
        get: operations["getCauses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the messages and notes of a ticket, the oldest first */
        get: operations["listMessages"];
        put?: never;
        /** Write a message or an internal note */
        post: operations["addMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/messages/{message_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Rectify a message */
        put: operations["rectifyMessage"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/messages/{message_id}/redact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Redact a message */
        post: operations["redactMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who else is at a ticket */
        get: operations["getPresence"];
        /** Say that you are at a ticket */
        put: operations["putPresence"];
        post?: never;
        /** Say that you have left a ticket */
        delete: operations["deletePresence"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/rating": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Rate a resolved or closed ticket */
        put: operations["rateTicket"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reopen a resolved or closed ticket */
        post: operations["reopenTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restore a deleted ticket */
        post: operations["restoreTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List everything that happened to a ticket, the oldest first */
        get: operations["listTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a change of a ticket back */
        post: operations["undoChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the usage */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage/days": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the usage by day */
        get: operations["listUsageDays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List saved views */
        get: operations["listViews"];
        put?: never;
        /** Save a view */
        post: operations["createView"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a saved view */
        get: operations["getView"];
        put?: never;
        post?: never;
        /** Delete a saved view */
        delete: operations["deleteView"];
        options?: never;
        head?: never;
        /** Change a saved view */
        patch: operations["patchView"];
        trace?: never;
    };
    "/api/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhooks */
        get: operations["listWebhooks"];
        put?: never;
        /** Create a webhook */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a webhook */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /** Delete a webhook */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /** Change a webhook */
        patch: operations["patchWebhook"];
        trace?: never;
    };
    "/api/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a webhook's deliveries, the newest first */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/deliveries/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a delivery with its body and its attempts */
        get: operations["getWebhookDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send again what a webhook was told, or should have been */
        post: operations["replayWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a webhook a new secret */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test to a webhook */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this process runs */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this process can serve: the database answers */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @enum {string} */
        About: "tenant" | "tag" | "tickets" | "customers";
        Acceptance: {
            tenant?: string | null;
            token: string;
            /** Format: password */
            password: string;
        };
        Accepted: {
            id: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
            visible: boolean;
        };
        AcceptedLogStream: {
            id: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
            visible: boolean;
            secret: string;
        };
        AcceptedWebhook: {
            id: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
            visible: boolean;
            secret: string;
        };
        AccessDecision: {
            item: components["schemas"]["Principal"];
            decision: components["schemas"]["AccessDecisionWord"];
            role?: components["schemas"]["RoleId"] | null;
            note?: components["schemas"]["Reason"] | null;
        };
        /** @enum {string} */
        AccessDecisionWord: "attest" | "change_role" | "remove";
        AccessLogEntry: {
            /** Format: int64 */
            number: number;
            /** Format: date-time */
            recorded_at: string;
            actor: components["schemas"]["Actor"];
            session_id?: string | null;
            operation: string;
            kind: string;
            targets: string[];
            /** Format: int32 */
            seen?: number | null;
            query?: string | null;
            request_id?: string | null;
            /** Format: int32 */
            status: number;
            client?: Record<string, never> | null;
        };
        AccessLogSeal: {
            /** Format: int64 */
            position: number;
            /** Format: date-time */
            recorded_at: string;
            /** Format: int64 */
            after: number;
            /** Format: int64 */
            through: number;
            digest: string;
            verdict: components["schemas"]["AccessLogVerdict"];
        };
        AccessLogSeals: {
            data: components["schemas"]["AccessLogSeal"][];
            meta: components["schemas"]["AccessLogSealsMeta"];
        };
        AccessLogSealsMeta: {
            has_more: boolean;
            /** Format: int64 */
            next_after: number;
            /** Format: int64 */
            last_number: number;
        };
        /** @enum {string} */
        AccessLogVerdict: "verified" | "changed" | "not_here";
        AccessPolicy: {
            allowed_addresses: string[];
            mfa_required: boolean;
            sessions: components["schemas"]["SessionLimits"];
            origins: string[];
            roles: {
                [key: string]: components["schemas"]["RoleRules"];
            };
            access_reviews?: components["schemas"]["AccessReviewSchedule"] | null;
            owners: string[];
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        AccessPolicyChanges: {
            allowed_addresses?: components["schemas"]["AddressRange"][];
            mfa_required?: boolean;
            sessions?: components["schemas"]["SessionLimitsBody"];
            origins?: components["schemas"]["Origin"][];
            roles?: {
                [key: string]: components["schemas"]["RoleRulesBody"];
            };
            access_reviews?: components["schemas"]["AccessReviewScheduleBody"] | null;
        };
        AccessReview: {
            id: string;
            title: string;
            state: components["schemas"]["AccessReviewState"];
            kinds: string[];
            /** Format: date-time */
            due_at: string;
            /** Format: date-time */
            opened_at: string;
            opened_by?: components["schemas"]["Actor"] | null;
            /** Format: int64 */
            as_of_position: number;
            summary: components["schemas"]["AccessReviewSummary"];
            /** Format: date-time */
            closed_at?: string | null;
            closed_by?: components["schemas"]["Actor"] | null;
            result?: components["schemas"]["AccessReviewDigests"] | null;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        AccessReviewDigests: {
            json_sha256: string;
            csv_sha256: string;
            /** Format: int64 */
            position: number;
        };
        AccessReviewEnd: {
            leave_undecided?: boolean;
        };
        AccessReviewSchedule: {
            /** Format: int32 */
            every_months: number;
            /** Format: int32 */
            due_days: number;
            kinds: string[];
            /** Format: date-time */
            first_at: string;
            /** Format: date-time */
            next_at: string;
        };
        AccessReviewScheduleBody: {
            /** Format: int32 */
            every_months: number;
            /** Format: int32 */
            due_days: number;
            kinds?: components["schemas"]["PrincipalKind"][];
            /** Format: date-time */
            first_at?: string | null;
        };
        /** @enum {string} */
        AccessReviewState: "open" | "overdue" | "closed";
        AccessReviewSummary: {
            items: number;
            attested: number;
            role_changed: number;
            removed: number;
            undecided: number;
        };
        Actor: {
            kind: string;
            id: string;
        };
        AddressRange: string;
        Agent: {
            id: string;
            name?: string | null;
            email?: string | null;
            external_id?: string | null;
            active: boolean;
            role: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
            /** Format: date-time */
            erased_at?: string | null;
            /** Format: int64 */
            second_factors?: number | null;
        };
        AgentChanges: {
            name?: components["schemas"]["Name"] | null;
            email?: components["schemas"]["Email"] | null;
            external_id?: components["schemas"]["ExternalId"] | null;
            active?: boolean | null;
            role?: components["schemas"]["RoleId"];
        };
        AgentId: string;
        AgentRef: {
            id: string;
            name?: string | null;
        };
        AgentUsage: {
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            active: number;
        };
        Agents: {
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            active: number;
            /** Format: int64 */
            avg_tickets_per_agent?: number | null;
            /** Format: int64 */
            enabled: number;
            /** Format: double */
            per_active_agent?: number | null;
        };
        Analytics: {
            metrics: components["schemas"]["Metrics"];
            trends: components["schemas"]["Trends"];
            period: components["schemas"]["Period"];
            as_of: components["schemas"]["AsOf"];
            timezone: string;
            business_hours: boolean;
            /** Format: int32 */
            definition_version: number;
            excluded: components["schemas"]["Excluded"];
        };
        AnalyticsBacklog: {
            /** Format: int64 */
            total: number;
            /** Format: double */
            age_median_seconds?: number | null;
            /** Format: double */
            age_p90_seconds?: number | null;
        };
        ApiKey: {
            id: string;
            hint: string;
            name: string;
            scopes: string[];
            owner?: string | null;
            allowed_addresses: string[];
            /** Format: int32 */
            rate_limit: number;
            state: components["schemas"]["KeyState"];
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            /** Format: date-time */
            expires_at?: string | null;
            /** Format: date-time */
            revoked_at?: string | null;
            /** Format: date-time */
            last_used_at?: string | null;
            replaced_by?: string | null;
        };
        AsOf: {
            /** Format: int64 */
            position: number;
            /** Format: date-time */
            time: string;
        };
        Attachment: {
            id: string;
            name?: string | null;
            /** Format: int64 */
            size: number;
            content_type: string;
            infected: boolean;
            url?: string | null;
        };
        AuditEntry: {
            /** Format: int64 */
            position: number;
            /** Format: date-time */
            recorded_at: string;
            /** Format: date-time */
            occurred_at: string;
            actor: components["schemas"]["Actor"];
            action: string;
            target: components["schemas"]["AuditTarget"];
            changes: Record<string, never>;
            origin: string;
            request_id?: string | null;
            client?: Record<string, never> | null;
        };
        AuditTarget: {
            kind: string;
            id: string;
            /** Format: int64 */
            version: number;
        };
        Author: {
            kind: components["schemas"]["AuthorKind"];
            id: string;
            name?: string | null;
        };
        /** @enum {string} */
        AuthorKind: "agent" | "customer";
        Brand: {
            company_name?: string | null;
            logo_url?: string | null;
            favicon_url?: string | null;
            colors: components["schemas"]["Colors"];
            fonts: components["schemas"]["Fonts"];
        };
        Branding: {
            company_name?: string | null;
            logo?: string | null;
            logo_url?: string | null;
            favicon_url?: string | null;
            primary_color?: string | null;
            secondary_color?: string | null;
            colors: components["schemas"]["Colors"];
            fonts: components["schemas"]["Fonts"];
            custom_css?: string | null;
            email_templates: {
                [key: string]: string;
            };
        };
        BrandingBody: {
            company_name?: components["schemas"]["Name"] | null;
            logo?: components["schemas"]["PictureUrl"] | null;
            logo_url?: components["schemas"]["PictureUrl"] | null;
            favicon_url?: components["schemas"]["PictureUrl"] | null;
            primary_color?: components["schemas"]["Color"] | null;
            secondary_color?: components["schemas"]["Color"] | null;
            colors?: components["schemas"]["ColorsBody"] | null;
            fonts?: components["schemas"]["FontsBody"] | null;
            custom_css?: components["schemas"]["CustomCss"] | null;
            email_templates?: components["schemas"]["EmailTemplatesBody"] | null;
        };
        BusinessHours: string;
        Calendar: {
            id: string;
            name: string;
            kind: string;
            time_zone: string;
            hours: components["schemas"]["OpenInterval"][];
        };
        CalendarList: {
            data: components["schemas"]["Calendar"][];
        };
        Causes: {
            data: components["schemas"]["TimelineEntry"][];
        };
        Certificates: string;
        /** @enum {string} */
        Channel: "api" | "import";
        Color: string;
        Colors: {
            primary?: string | null;
            secondary?: string | null;
            accent?: string | null;
            background?: string | null;
        };
        ColorsBody: {
            primary?: components["schemas"]["Color"] | null;
            secondary?: components["schemas"]["Color"] | null;
            accent?: components["schemas"]["Color"] | null;
            background?: components["schemas"]["Color"] | null;
        };
        Consent: {
            purpose: string;
            given: boolean;
            history: components["schemas"]["ConsentEntry"][];
        };
        ConsentEntry: {
            given: boolean;
            /** Format: date-time */
            at: string;
            text_version?: string | null;
            source?: string | null;
            evidence?: string | null;
            recorded_by: components["schemas"]["Actor"];
            /** Format: date-time */
            recorded_at: string;
        };
        Consents: {
            customer_id: string;
            data: components["schemas"]["Consent"][];
            /** Format: int64 */
            version: number;
        };
        ConsistencyProof: {
            /** Format: int64 */
            from: number;
            /** Format: int64 */
            to: number;
            path: string[];
            checkpoint: string;
        };
        Cosigned: {
            checkpoint: string;
        };
        Credentials: {
            tenant?: string | null;
            email: string;
            /** Format: password */
            password: string;
        };
        CriteriaBody: {
            statuses: components["schemas"]["EndedStatus"][];
            /** Format: int32 */
            older_than_days: number;
            tags?: components["schemas"]["Tag"][];
            channels?: components["schemas"]["Channel"][];
        };
        CustomCss: string;
        Customer: {
            id: string;
            name?: string | null;
            email?: string | null;
            phone?: string | null;
            external_id?: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
            /** Format: date-time */
            erased_at?: string | null;
            /** Format: date-time */
            restricted_at?: string | null;
        };
        CustomerChanges: {
            name?: components["schemas"]["Name"] | null;
            email?: components["schemas"]["Email"] | null;
            phone?: components["schemas"]["Phone"] | null;
            external_id?: components["schemas"]["ExternalId"] | null;
        };
        CustomerId: string;
        CustomerRef: {
            id: string;
            name?: string | null;
            email?: string | null;
        };
        DeliveryId: string;
        /** @enum {string} */
        DeliveryOrder: "per_ticket" | "none";
        /** @enum {string} */
        DeliveryOrigin: "live" | "replay" | "test";
        /** @enum {string} */
        DeliveryStatus: "pending" | "delivered" | "failed";
        Description: string;
        Discarded: {
            /** Format: int64 */
            from: number;
            /** Format: int64 */
            to: number;
        };
        /** Format: email */
        Email: string;
        EmailTemplatesBody: {
            ticket_created?: components["schemas"]["TemplateId"] | null;
            ticket_updated?: components["schemas"]["TemplateId"] | null;
            ticket_resolved?: components["schemas"]["TemplateId"] | null;
            ticket_closed?: components["schemas"]["TemplateId"] | null;
            customer_created?: components["schemas"]["TemplateId"] | null;
            agent_assigned?: components["schemas"]["TemplateId"] | null;
        };
        /** @enum {string} */
        EndedStatus: "resolved" | "closed";
        EntitlementSource: {
            source: string;
            /** Format: date-time */
            until?: string | null;
        };
        Entitlements: {
            tenant_id: string;
            plan: components["schemas"]["Plan"];
            price: string;
            limits: {
                [key: string]: components["schemas"]["LimitEntitlement"];
            };
            features: {
                [key: string]: components["schemas"]["FeatureEntitlement"];
            };
        };
        Erasure: {
            id: string;
            /** Format: int64 */
            position: number;
            /** Format: date-time */
            erased_at: string;
            /** Format: int64 */
            keys_destroyed: number;
            /** Format: date-time */
            completed_at?: string | null;
            certificate?: string | null;
        };
        /** @enum {string} */
        EventFilter: "ticket.created" | "ticket.resolved" | "ticket.closed" | "ticket.deleted" | "ticket.restored" | "ticket.erased" | "ticket.updated" | "ticket.retitled" | "ticket.replied" | "ticket.note_added" | "ticket.message_redacted" | "ticket.message_rectified" | "ticket.attachment_found_infected" | "ticket.unassigned" | "ticket.moved_to_team" | "ticket.customer_changed" | "ticket.priority_changed" | "ticket.type_changed" | "ticket.tagged" | "ticket.untagged" | "ticket.external_id_changed" | "ticket.status_changed" | "ticket.reopened" | "ticket.rated" | "ticket.activity_recorded" | "customer.created" | "customer.updated" | "customer.restricted" | "customer.restriction_lifted" | "customer.erased" | "agent.assigned" | "agent.created" | "agent.updated" | "agent.erased" | "agent.invited" | "agent.joined" | "team.created" | "team.updated" | "plan.threshold_reached" | "webhook.created" | "webhook.updated" | "webhook.disabled" | "webhook.enabled" | "webhook.deleted" | "ticket.*" | "customer.*" | "agent.*" | "team.*" | "plan.*" | "webhook.*" | "*";
        EventId: string;
        Evidence: {
            tenant_id: string;
            /** Format: date-time */
            as_of: string;
            /** Format: int64 */
            as_of_position: number;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            made_at: string;
            checkpoint?: string | null;
            controls: components["schemas"]["EvidenceControl"][];
        };
        EvidenceControl: {
            id: string;
            title: string;
            references: string[];
            source: string;
            value: Record<string, never>;
            queries: components["schemas"]["EvidenceQuery"][];
            limits?: string | null;
        };
        EvidenceQuery: {
            what: string;
            /** Format: int64 */
            count: number;
            call: string;
            pointer?: string | null;
        };
        Excluded: {
            /** Format: int64 */
            deleted: number;
        };
        ExternalId: string;
        FactorList: {
            data: components["schemas"]["FactorView"][];
            /** Format: int32 */
            recovery_codes_left: number;
        };
        FactorName: {
            name: components["schemas"]["Name"];
        };
        FactorView: {
            id: string;
            kind: string;
            name?: string | null;
            host?: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at?: string | null;
        };
        FeatureEntitlement: components["schemas"]["EntitlementSource"] & {
            included: boolean;
        };
        FeedBody: {
            data: components["schemas"]["FeedItem"][];
            meta: components["schemas"]["FeedMeta"];
            links: components["schemas"]["FeedLinks"];
        };
        FeedItem: {
            /** Format: int64 */
            position: number;
            /** Format: date-time */
            recorded_at: string;
            id?: string;
            type?: string;
            finer_type?: string;
            /** Format: date-time */
            timestamp?: string;
            imported?: boolean;
            actor?: components["schemas"]["Actor"];
            subject?: components["schemas"]["Subject"];
            correlation_id?: string;
            changed_fields?: string[];
            changes?: Record<string, never> | null;
            message?: components["schemas"]["Message"] | null;
        };
        FeedLinks: {
            next: string;
        };
        FeedMeta: {
            next_after: components["schemas"]["FeedPlace"];
            has_more: boolean;
            checkpoint?: string | null;
        };
        FeedPlace: number | string;
        FieldProblem: {
            pointer: string;
            code: string;
            detail: string;
            allowed?: string[];
        };
        File: {
            id: string;
            name: string;
            /** Format: int64 */
            size: number;
            content_type: string;
            sha256: string;
            status: components["schemas"]["FileStatus"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at?: string | null;
            ticket_id?: string | null;
        };
        FileId: string;
        FileLink: {
            url: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @enum {string} */
        FileStatus: "unscanned" | "pending" | "clean" | "infected";
        FirstContact: {
            definition: components["schemas"]["FirstContactBy"];
            /** Format: int64 */
            resolved: number;
            /** Format: int64 */
            n: number;
            /** Format: int64 */
            n_null: number;
        };
        /** @enum {string} */
        FirstContactBy: "one_reply" | "no_customer_interaction" | "one_agent";
        Font: string;
        Fonts: {
            primary?: string | null;
            secondary?: string | null;
        };
        FontsBody: {
            primary?: components["schemas"]["Font"] | null;
            secondary?: components["schemas"]["Font"] | null;
        };
        Grant: {
            permission: string;
            reach: string;
        };
        Health: {
            status: string;
            version: string;
        };
        HostName: string;
        InclusionBody: {
            checkpoint: string;
            /** Format: int64 */
            size: number;
            data: components["schemas"]["InclusionProof"][];
            not_included: number[];
            /** Format: int64 */
            next_after?: number | null;
        };
        InclusionProof: {
            /** Format: int64 */
            position: number;
            entry: string;
            leaf_hash: string;
            path: string[];
        };
        IssuedInvitation: {
            id: string;
            agent_id: string;
            role: string;
            token: string;
            accept_path: string;
            /** Format: date-time */
            expires_at: string;
        };
        IssuedKey: {
            id: string;
            key: string;
            /** Format: date-time */
            expires_at: string;
        };
        IssuedReset: {
            token: string;
            accept_path: string;
            /** Format: date-time */
            expires_at: string;
        };
        Jwk: {
            kty: string;
            crv: string;
            use: string;
            alg: string;
            kid: string;
            x: string;
        };
        KeyList: {
            data: components["schemas"]["ApiKey"][];
        };
        KeyOwner: string;
        KeyRotation: {
            /** Format: int32 */
            overlap_seconds?: number | null;
            /** Format: date-time */
            expires_at?: string | null;
            /** Format: int32 */
            rate_limit?: number;
        };
        KeySet: {
            keys: components["schemas"]["Jwk"][];
        };
        /** @enum {string} */
        KeyState: "live" | "expired" | "revoked";
        LegalHold: {
            id: string;
            matter: string;
            reason: string;
            about: string;
            tag?: string | null;
            ticket_ids: string[];
            customer_ids: string[];
            /** Format: date-time */
            placed_at: string;
            placed_by: components["schemas"]["Actor"];
            /** Format: date-time */
            released_at?: string | null;
            released_by?: components["schemas"]["Actor"] | null;
            release_reason?: string | null;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        LimitEntitlement: components["schemas"]["EntitlementSource"] & {
            /** Format: int64 */
            limit?: number | null;
        };
        LimitUsage: {
            /** Format: int64 */
            used: number;
            /** Format: int64 */
            reserved: number;
            /** Format: int64 */
            limit?: number | null;
            /** Format: int64 */
            percent?: number | null;
            /** Format: date-time */
            resets_at?: string | null;
            state: string;
        };
        LogKeyList: {
            data: components["schemas"]["LogKeyView"][];
            witnesses: string[];
        };
        LogKeyView: {
            key: string;
            /** Format: date-time */
            signs_from: string;
            /** Format: date-time */
            signs_until?: string | null;
        };
        LogState: {
            /** Format: int64 */
            position: number;
            /** Format: date-time */
            recorded_at: string;
        };
        LogStream: {
            id: string;
            name: string;
            url?: string | null;
            ca_certificates?: string | null;
            logs: string[];
            active: boolean;
            status: components["schemas"]["LogStreamStatus"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        LogStreamChanges: {
            name?: components["schemas"]["Name"] | null;
            url?: components["schemas"]["StreamUrl"] | null;
            ca_certificates?: components["schemas"]["Certificates"] | null;
            logs?: components["schemas"]["StreamedLog"][] | null;
            active?: boolean | null;
        };
        LogStreamLane: {
            state: string;
            /** Format: int64 */
            sent_to: number;
            /** Format: int64 */
            behind: number;
            /** Format: date-time */
            last_sent_at?: string | null;
            /** Format: date-time */
            failing_since?: string | null;
            last_error?: string | null;
            /** Format: date-time */
            next_attempt_at?: string | null;
        };
        LogStreamList: {
            data: components["schemas"]["LogStream"][];
        };
        LogStreamStatus: {
            audit?: components["schemas"]["LogStreamLane"] | null;
            access_log?: components["schemas"]["LogStreamLane"] | null;
        };
        LogStreamTest: {
            taken: boolean;
            /** Format: int32 */
            status?: number | null;
            error?: string | null;
            /** Format: int64 */
            took_ms: number;
        };
        LogStreamWithSecret: components["schemas"]["LogStream"] & {
            secret: string;
        };
        Message: {
            id: string;
            visibility: components["schemas"]["Visibility"];
            author?: components["schemas"]["Author"] | null;
            body?: string | null;
            attachments: components["schemas"]["Attachment"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            rectified_at?: string | null;
            /** Format: date-time */
            redacted_at?: string | null;
            /** Format: int64 */
            sequence: number;
        };
        /** @enum {string} */
        MessageVisibility: "public" | "internal";
        Metrics: {
            tickets: components["schemas"]["Tickets"];
            performance: components["schemas"]["Performance"];
            agents: components["schemas"]["Agents"];
            backlog: components["schemas"]["AnalyticsBacklog"];
        };
        Name: string;
        NewAccessReview: {
            title: components["schemas"]["Name"];
            /** Format: date-time */
            due_at: string;
            kinds?: components["schemas"]["PrincipalKind"][];
        };
        NewAgent: {
            name: components["schemas"]["Name"];
            email?: components["schemas"]["Email"] | null;
            external_id?: components["schemas"]["ExternalId"] | null;
        };
        NewConsent: {
            purpose: components["schemas"]["PurposeName"];
            text_version: components["schemas"]["Name"];
            source: components["schemas"]["Name"];
            /** Format: date-time */
            given_at?: string | null;
            evidence?: components["schemas"]["Description"] | null;
        };
        NewCustomer: {
            name: components["schemas"]["Name"];
            email?: components["schemas"]["Email"] | null;
            phone?: components["schemas"]["Phone"] | null;
            external_id?: components["schemas"]["ExternalId"] | null;
        };
        NewFactorView: {
            id: string;
            recovery_codes: string[];
        };
        NewGrant: {
            permission: components["schemas"]["PermissionName"];
            reach?: components["schemas"]["ReachName"] | null;
        };
        NewInvitation: {
            email: components["schemas"]["Email"];
            name: components["schemas"]["Name"];
            role?: components["schemas"]["RoleId"];
        };
        NewKey: {
            name: components["schemas"]["Name"];
            scopes: components["schemas"]["Scope"][];
            owner?: components["schemas"]["KeyOwner"];
            allowed_addresses?: components["schemas"]["AddressRange"][];
            /** Format: date-time */
            expires_at?: string | null;
            /** Format: int32 */
            rate_limit?: number;
        };
        NewLegalHold: {
            matter: components["schemas"]["Name"];
            reason: components["schemas"]["Reason"];
            about: components["schemas"]["About"];
            tag?: components["schemas"]["Tag"] | null;
            ticket_ids?: components["schemas"]["TicketId"][];
            customer_ids?: components["schemas"]["CustomerId"][];
        };
        NewLink: {
            /** Format: int32 */
            expires_in?: number | null;
        };
        NewLogStream: {
            name: components["schemas"]["Name"];
            url: components["schemas"]["StreamUrl"];
            ca_certificates?: components["schemas"]["Certificates"] | null;
            logs?: components["schemas"]["StreamedLog"][] | null;
            /** Format: int64 */
            from_position?: number | null;
        };
        NewMessage: {
            body: components["schemas"]["Text"];
            attachments?: components["schemas"]["FileId"][];
            visibility?: components["schemas"]["MessageVisibility"] | null;
            agent_id?: components["schemas"]["AgentId"] | null;
            customer_id?: components["schemas"]["CustomerId"] | null;
        };
        NewPasskeyBody: {
            name: components["schemas"]["Name"];
            passkey: Record<string, never>;
        };
        NewPresence: {
            state: components["schemas"]["PresenceState"];
        };
        NewRating: {
            /** Format: int32 */
            score: number;
        };
        NewRestriction: {
            ground: components["schemas"]["RestrictionGroundName"];
            note?: components["schemas"]["Reason"] | null;
        };
        NewRetentionPolicy: {
            name: components["schemas"]["Name"];
            criteria: components["schemas"]["CriteriaBody"];
        };
        NewRole: {
            name: components["schemas"]["Name"];
            description?: components["schemas"]["Description"] | null;
            permissions: components["schemas"]["NewGrant"][];
        };
        NewServiceAccount: {
            name: components["schemas"]["Name"];
            description?: components["schemas"]["Description"] | null;
            role: components["schemas"]["ProgramRole"];
        };
        NewSupportGrant: {
            /** Format: date-time */
            until: string;
            reason: components["schemas"]["Reason"];
            role?: components["schemas"]["RoleId"] | null;
        };
        NewTeam: {
            name: components["schemas"]["Name"];
            member_ids?: components["schemas"]["AgentId"][];
        };
        NewTicket: {
            title: components["schemas"]["Title"];
            body?: components["schemas"]["Text"] | null;
            attachments?: components["schemas"]["FileId"][];
            customer_id?: components["schemas"]["CustomerId"] | null;
            customer?: components["schemas"]["NewTicketCustomer"] | null;
            priority?: components["schemas"]["Priority"] | null;
            status?: components["schemas"]["Status"] | null;
            type?: components["schemas"]["TicketType"] | null;
            tags?: components["schemas"]["Tag"][];
            assignee_id?: components["schemas"]["AgentId"] | null;
            team_id?: components["schemas"]["TeamId"] | null;
            external_id?: components["schemas"]["ExternalId"] | null;
        };
        NewTicketCustomer: {
            name?: components["schemas"]["Name"] | null;
            email?: components["schemas"]["Email"] | null;
            external_id?: components["schemas"]["ExternalId"] | null;
        };
        NewTotpBody: {
            enrolment: string;
            code: string;
            name: components["schemas"]["Name"];
        };
        NewView: {
            name: components["schemas"]["Name"];
            query: {
                [key: string]: string;
            };
            shared?: boolean;
            /** Format: int32 */
            rank?: number;
        };
        NewWebhook: {
            url: components["schemas"]["WebhookUrl"];
            events: components["schemas"]["EventFilter"][];
            description?: components["schemas"]["Description"] | null;
            active?: boolean | null;
            include_imported?: boolean | null;
            ordering?: components["schemas"]["DeliveryOrder"] | null;
        };
        NextResponses: {
            /** Format: int64 */
            by_resolution: number;
            /** Format: int64 */
            never: number;
        };
        OpenInterval: {
            day: string;
            from: string;
            to: string;
        };
        Origin: string;
        PageBody_AccessLogEntry: {
            data: {
                /** Format: int64 */
                number: number;
                /** Format: date-time */
                recorded_at: string;
                actor: components["schemas"]["Actor"];
                session_id?: string | null;
                operation: string;
                kind: string;
                targets: string[];
                /** Format: int32 */
                seen?: number | null;
                query?: string | null;
                request_id?: string | null;
                /** Format: int32 */
                status: number;
                client?: Record<string, never> | null;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_AccessReview: {
            data: {
                id: string;
                title: string;
                state: components["schemas"]["AccessReviewState"];
                kinds: string[];
                /** Format: date-time */
                due_at: string;
                /** Format: date-time */
                opened_at: string;
                opened_by?: components["schemas"]["Actor"] | null;
                /** Format: int64 */
                as_of_position: number;
                summary: components["schemas"]["AccessReviewSummary"];
                /** Format: date-time */
                closed_at?: string | null;
                closed_by?: components["schemas"]["Actor"] | null;
                result?: components["schemas"]["AccessReviewDigests"] | null;
                /** Format: int64 */
                version: number;
                /** Format: int64 */
                position: number;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_AccessReviewItem: {
            data: {
                item: string;
                kind: string;
                name?: string | null;
                role?: string | null;
                role_name?: string | null;
                permissions: components["schemas"]["Grant"][];
                scopes: string[];
                owner?: string | null;
                joined?: boolean | null;
                second_factors?: number | null;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                last_log_in_at?: string | null;
                /** Format: date-time */
                last_used_at?: string | null;
                /** Format: date-time */
                ends_at?: string | null;
                decision?: string | null;
                new_role?: string | null;
                note?: string | null;
                /** Format: date-time */
                decided_at?: string | null;
                decided_by?: components["schemas"]["Actor"] | null;
                own_access: boolean;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_Agent: {
            data: {
                id: string;
                name?: string | null;
                email?: string | null;
                external_id?: string | null;
                active: boolean;
                role: string;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: int64 */
                version: number;
                /** Format: int64 */
                position: number;
                /** Format: date-time */
                erased_at?: string | null;
                /** Format: int64 */
                second_factors?: number | null;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_AuditEntry: {
            data: {
                /** Format: int64 */
                position: number;
                /** Format: date-time */
                recorded_at: string;
                /** Format: date-time */
                occurred_at: string;
                actor: components["schemas"]["Actor"];
                action: string;
                target: components["schemas"]["AuditTarget"];
                changes: Record<string, never>;
                origin: string;
                request_id?: string | null;
                client?: Record<string, never> | null;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_Customer: {
            data: {
                id: string;
                name?: string | null;
                email?: string | null;
                phone?: string | null;
                external_id?: string | null;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: int64 */
                version: number;
                /** Format: int64 */
                position: number;
                /** Format: date-time */
                erased_at?: string | null;
                /** Format: date-time */
                restricted_at?: string | null;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_Erasure: {
            data: {
                id: string;
                /** Format: int64 */
                position: number;
                /** Format: date-time */
                erased_at: string;
                /** Format: int64 */
                keys_destroyed: number;
                /** Format: date-time */
                completed_at?: string | null;
                certificate?: string | null;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_InvitationView: {
            data: {
                id: string;
                agent_id: string;
                name?: string | null;
                email?: string | null;
                role: string;
                acceptable: boolean;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                expires_at: string;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_LegalHold: {
            data: {
                id: string;
                matter: string;
                reason: string;
                about: string;
                tag?: string | null;
                ticket_ids: string[];
                customer_ids: string[];
                /** Format: date-time */
                placed_at: string;
                placed_by: components["schemas"]["Actor"];
                /** Format: date-time */
                released_at?: string | null;
                released_by?: components["schemas"]["Actor"] | null;
                release_reason?: string | null;
                /** Format: int64 */
                version: number;
                /** Format: int64 */
                position: number;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_Message: {
            data: {
                id: string;
                visibility: components["schemas"]["Visibility"];
                author?: components["schemas"]["Author"] | null;
                body?: string | null;
                attachments: components["schemas"]["Attachment"][];
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                rectified_at?: string | null;
                /** Format: date-time */
                redacted_at?: string | null;
                /** Format: int64 */
                sequence: number;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_ServiceAccount: {
            data: {
                id: string;
                name: string;
                description?: string | null;
                role: string;
                active: boolean;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: int64 */
                version: number;
                /** Format: int64 */
                position: number;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_Team: {
            data: {
                id: string;
                name: string;
                member_ids: string[];
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: int64 */
                version: number;
                /** Format: int64 */
                position: number;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_Ticket: {
            data: {
                id: string;
                ticket_id: string;
                external_id?: string | null;
                title?: string | null;
                status: components["schemas"]["Status"];
                priority: components["schemas"]["Priority"];
                type?: string | null;
                channel: components["schemas"]["Channel"];
                imported: boolean;
                over_plan_limit: boolean;
                tags: string[];
                customer: components["schemas"]["CustomerRef"];
                assignee?: components["schemas"]["AgentRef"] | null;
                team?: components["schemas"]["TeamRef"] | null;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                first_response_at?: string | null;
                /** Format: date-time */
                resolved_at?: string | null;
                /** Format: date-time */
                closed_at?: string | null;
                /** Format: date-time */
                deleted_at?: string | null;
                /** Format: date-time */
                erased_at?: string | null;
                /** Format: int32 */
                reopens: number;
                /** Format: int32 */
                rating?: number | null;
                /** Format: int64 */
                version: number;
                /** Format: int64 */
                position: number;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_TimelineEntry: {
            data: {
                id: string;
                /** Format: int64 */
                sequence: number;
                /** Format: int64 */
                position: number;
                type: string;
                /** Format: date-time */
                occurred_at: string;
                /** Format: date-time */
                recorded_at: string;
                imported: boolean;
                actor: components["schemas"]["Actor"];
                request_id?: string | null;
                caused_by?: string | null;
                undoable: boolean;
                changes: Record<string, never>;
                message?: components["schemas"]["Message"] | null;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageBody_WebhookDelivery: {
            data: {
                id: string;
                webhook_id: string;
                event_id: string;
                event: string;
                finer_type: string;
                /** Format: int64 */
                position?: number | null;
                ticket_id?: string | null;
                origin: components["schemas"]["DeliveryOrigin"];
                replay_of?: string | null;
                status: components["schemas"]["DeliveryStatus"];
                /** Format: int32 */
                attempts: number;
                /** Format: int32 */
                last_response_status?: number | null;
                last_error?: string | null;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                next_attempt_at?: string | null;
                /** Format: date-time */
                finished_at?: string | null;
            }[];
            meta: components["schemas"]["PageMeta"];
            links: components["schemas"]["PageLinks"];
        };
        PageLinks: {
            next?: string | null;
        };
        PageMeta: {
            has_more: boolean;
            next_cursor?: string | null;
            /** Format: int64 */
            total_count?: number | null;
        };
        PasskeyCreation: {
            publicKey: Record<string, never>;
        };
        PasskeyLogIn: {
            tenant?: string | null;
            passkey: Record<string, never>;
        };
        PasskeyRequest: {
            publicKey: Record<string, never>;
        };
        PasskeyWish: {
            tenant?: string | null;
        };
        PasswordChange: {
            /** Format: password */
            current: string;
            /** Format: password */
            new: string;
        };
        Performance: {
            avg_response_time?: string | null;
            /** Format: double */
            avg_response_time_seconds?: number | null;
            response_time: components["schemas"]["Spread"];
            avg_next_response_time?: string | null;
            /** Format: double */
            avg_next_response_time_seconds?: number | null;
            next_response_time: components["schemas"]["Spread"];
            next_responses: components["schemas"]["NextResponses"];
            avg_resolution_time?: string | null;
            /** Format: double */
            avg_resolution_time_seconds?: number | null;
            resolution_time: components["schemas"]["Spread"];
            avg_first_resolution_time?: string | null;
            /** Format: double */
            avg_first_resolution_time_seconds?: number | null;
            first_resolution_time: components["schemas"]["Spread"];
            avg_customer_wait_time?: string | null;
            /** Format: double */
            avg_customer_wait_time_seconds?: number | null;
            customer_wait_time: components["schemas"]["Spread"];
            /** Format: int64 */
            reopens: number;
            first_contact_resolution?: string | null;
            /** Format: double */
            first_contact_resolution_percent?: number | null;
            first_contact: components["schemas"]["FirstContact"];
            customer_satisfaction?: string | null;
            /** Format: double */
            customer_satisfaction_score?: number | null;
            satisfaction: components["schemas"]["Satisfaction"];
        };
        Period: {
            /** Format: date-time */
            from?: string | null;
            /** Format: date-time */
            to?: string | null;
        };
        Permission: {
            permission: string;
            description: string;
            reaches: string[];
        };
        PermissionList: {
            data: components["schemas"]["Permission"][];
        };
        /** @enum {string} */
        PermissionName: "tickets:read" | "tickets:write" | "tickets:note" | "tickets:delete" | "customers:read" | "customers:write" | "agents:read" | "agents:write" | "events:read" | "audit:read" | "analytics:read" | "reports:read" | "proof:read" | "proof:cosign" | "webhooks:read" | "webhooks:write" | "privacy:export" | "privacy:erase" | "privacy:read" | "privacy:write" | "settings:read" | "settings:write" | "roles:read" | "roles:write" | "keys:read" | "keys:write" | "security:read" | "security:write" | "support:write" | "billing:read";
        PersonAct: {
            /** Format: int64 */
            position: number;
            action: string;
            /** Format: date-time */
            occurred_at: string;
            target: components["schemas"]["AuditTarget"];
            client?: Record<string, never> | null;
        };
        PersonEvent: {
            /** Format: int64 */
            position: number;
            type: string;
            /** Format: date-time */
            occurred_at: string;
            actor: components["schemas"]["Actor"];
            data: Record<string, never>;
        };
        PersonExport: {
            kind: string;
            id: string;
            tenant: string;
            /** Format: date-time */
            exported_at: string;
            /** Format: int64 */
            position: number;
            profile: components["schemas"]["PersonProfile"];
            history: components["schemas"]["PersonEvent"][];
            tickets: components["schemas"]["PersonTicket"][];
            acts: components["schemas"]["PersonAct"][];
            files: string[];
        };
        PersonProfile: components["schemas"]["Customer"] | components["schemas"]["Agent"];
        PersonTicket: {
            id: string;
            ticket_id: string;
            status: string;
            /** Format: date-time */
            created_at: string;
            events: components["schemas"]["PersonEvent"][];
        };
        /** @enum {string} */
        PersonalFieldName: "name" | "email" | "phone" | "text";
        Phone: string;
        PictureUrl: string;
        /** @enum {string} */
        Plan: "starter" | "professional" | "enterprise";
        PlanLimit: {
            limit: string;
            /** Format: int64 */
            allowed: number;
            /** Format: int64 */
            used: number;
            /** Format: int64 */
            reserved: number;
        };
        PlanPreview: {
            plan: components["schemas"]["Plan"];
            price: string;
            over: components["schemas"]["PlanPreviewLimit"][];
            stops: components["schemas"]["PlanPreviewFeature"][];
        };
        PlanPreviewFeature: {
            feature: string;
            /** Format: int64 */
            affected: number;
            effect: string;
        };
        PlanPreviewLimit: {
            limit: string;
            /** Format: int64 */
            used: number;
            /** Format: int64 */
            allowed: number;
            effect: string;
        };
        PresenceList: {
            data: components["schemas"]["PresenceView"][];
        };
        /** @enum {string} */
        PresenceState: "viewing" | "replying";
        PresenceView: {
            actor: components["schemas"]["Actor"];
            state: components["schemas"]["PresenceState"];
            /** Format: date-time */
            since: string;
        };
        Principal: string;
        /** @enum {string} */
        PrincipalKind: "agent" | "service_account" | "api_key";
        /** @enum {string} */
        Priority: "low" | "medium" | "high" | "critical";
        Problem: {
            type: string;
            title: string;
            /** Format: int32 */
            status: number;
            code: string;
            detail: string;
            request_id?: string | null;
            errors?: components["schemas"]["FieldProblem"][];
            required_scope?: string | null;
            granted_reach?: string | null;
            plan_limit?: components["schemas"]["PlanLimit"] | null;
            feature?: string | null;
            required_plan?: string | null;
            upgrade_url?: string | null;
            /** Format: int64 */
            current_version?: number | null;
            changed_fields?: string[] | null;
            legal_hold_id?: string | null;
            resume_after?: string | null;
            discarded?: components["schemas"]["Discarded"] | null;
        };
        ProgramRole: string;
        PurposeName: string;
        ReachChange: {
            permission: string;
            before?: string | null;
            after?: string | null;
        };
        /** @enum {string} */
        ReachName: "own" | "assigned" | "team" | "all";
        Readiness: components["schemas"]["Health"] & {
            /** Format: int64 */
            parked: number;
        };
        Reason: string;
        Reauthentication: {
            /** Format: password */
            password?: string | null;
            code?: string | null;
            recovery_code?: string | null;
            passkey?: Record<string, never> | null;
        };
        RecoveryCodes: {
            codes: string[];
        };
        RectifiedMessage: {
            body: components["schemas"]["Text"];
        };
        Refresh: {
            refresh_token?: string | null;
        };
        Release: {
            reason: components["schemas"]["Reason"];
        };
        Replay: {
            delivery_id?: components["schemas"]["DeliveryId"];
            /** Format: date-time */
            failed_since?: string;
            /** Format: int64 */
            from_position?: number;
        };
        ReportAnswer: components["schemas"]["ReportList"] | {
            checkpoint?: string;
            /** @enum {string} */
            report: "tickets";
            period: components["schemas"]["Period"];
            as_of: components["schemas"]["AsOf"];
            timezone: string;
            definition_version: number;
            data: {
                ticket_id: string | null;
                id: string | null;
                external_id: string | null;
                title: string | null;
                status: string | null;
                priority: string | null;
                type: string | null;
                channel: string | null;
                tags: string[];
                customer_id: string | null;
                customer_name: string | null;
                customer_email: string | null;
                agent_id: string | null;
                agent_name: string | null;
                team_name: string | null;
                /** Format: date-time */
                created_at: string | null;
                /** Format: date-time */
                first_response_at: string | null;
                /** Format: date-time */
                solved_at: string | null;
                /** Format: date-time */
                closed_at: string | null;
                first_response_seconds: number | null;
                resolution_seconds: number | null;
                first_contact: boolean | null;
                reopens: number | null;
                agent_replies: number | null;
                customer_replies: number | null;
                rating: number | null;
                first_resolution_seconds: number | null;
                customer_wait_seconds: number | null;
            }[];
        } | {
            checkpoint?: string;
            /** @enum {string} */
            report: "agents";
            period: components["schemas"]["Period"];
            as_of: components["schemas"]["AsOf"];
            timezone: string;
            definition_version: number;
            data: {
                agent_id: string | null;
                name: string | null;
                email: string | null;
                enabled: boolean | null;
                assigned: number | null;
                resolved: number | null;
                first_responses: number | null;
                avg_first_response_seconds: number | null;
                avg_resolution_seconds: number | null;
                replies: number | null;
                ratings: number | null;
                avg_rating: number | null;
                open: number | null;
            }[];
        } | {
            checkpoint?: string;
            /** @enum {string} */
            report: "customers";
            period: components["schemas"]["Period"];
            as_of: components["schemas"]["AsOf"];
            timezone: string;
            definition_version: number;
            data: {
                customer_id: string | null;
                name: string | null;
                email: string | null;
                external_id: string | null;
                tickets: number | null;
                open: number | null;
                /** Format: date-time */
                last_ticket_at: string | null;
                ratings: number | null;
                avg_rating: number | null;
            }[];
        };
        ReportColumn: {
            name: string;
            type: string;
            description: string;
        };
        ReportDescription: {
            report: string;
            description: string;
            formats: string[];
            columns: components["schemas"]["ReportColumn"][];
        };
        ReportList: {
            data: components["schemas"]["ReportDescription"][];
        };
        ResetAcceptance: {
            tenant?: string | null;
            token: string;
            /** Format: password */
            password: string;
        };
        Restriction: {
            customer_id: string;
            ground?: string | null;
            note?: string | null;
            /** Format: date-time */
            restricted_at?: string | null;
            by?: components["schemas"]["Actor"] | null;
            /** Format: int64 */
            version: number;
        };
        /** @enum {string} */
        RestrictionGroundName: "accuracy_contested" | "unlawful_processing" | "legal_claims" | "objection";
        RetentionCriteria: {
            statuses: string[];
            /** Format: int32 */
            older_than_days: number;
            tags: string[];
            channels: string[];
        };
        RetentionHold: {
            legal_hold_id: string;
            /** Format: int64 */
            tickets: number;
        };
        RetentionPolicy: {
            id: string;
            name: string;
            criteria: components["schemas"]["RetentionCriteria"];
            enabled: boolean;
            /** Format: date-time */
            acts_from?: string | null;
            /** Format: int64 */
            erased: number;
            last_run?: components["schemas"]["RetentionRun"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        RetentionPolicyChanges: {
            name?: components["schemas"]["Name"] | null;
            criteria?: components["schemas"]["CriteriaBody"] | null;
            enabled?: boolean | null;
        };
        RetentionPolicyList: {
            data: components["schemas"]["RetentionPolicy"][];
        };
        RetentionPreview: {
            /** Format: int64 */
            as_of: number;
            /** Format: int64 */
            tickets: number;
            by_status: {
                [key: string]: number;
            };
            by_channel: {
                [key: string]: number;
            };
            /** Format: date-time */
            oldest?: string | null;
            /** Format: date-time */
            newest?: string | null;
            sample: string[];
            /** Format: int64 */
            held: number;
            held_by: components["schemas"]["RetentionHold"][];
        };
        RetentionQuestion: {
            criteria: components["schemas"]["CriteriaBody"];
        };
        RetentionRun: {
            /** Format: date-time */
            at: string;
            /** Format: int64 */
            position: number;
            /** Format: int64 */
            as_of: number;
            /** Format: int32 */
            erased: number;
            /** Format: int64 */
            held: number;
            /** Format: int64 */
            left: number;
        };
        Rights: {
            actor: components["schemas"]["Actor"];
            tenant_id: string;
            permissions: components["schemas"]["Grant"][];
            masks_personal_data: string[];
        };
        Role: {
            id: string;
            name: string;
            description?: string | null;
            built_in: boolean;
            permissions: components["schemas"]["Grant"][];
            masks_personal_data: string[];
            /** Format: int64 */
            agents: number;
            /** Format: int64 */
            version: number;
        };
        RoleChanges: {
            name?: components["schemas"]["Name"] | null;
            description?: components["schemas"]["Description"] | null;
            permissions?: components["schemas"]["NewGrant"][] | null;
            masks_personal_data?: components["schemas"]["PersonalFieldName"][];
        };
        RoleId: string;
        RoleList: {
            data: components["schemas"]["Role"][];
        };
        RolePreview: {
            gains: components["schemas"]["ReachChange"][];
            loses: components["schemas"]["ReachChange"][];
            masks: string[];
            unmasks: string[];
            /** Format: int64 */
            agents: number;
            affected: components["schemas"]["AgentRef"][];
        };
        RoleRules: {
            allowed_addresses: string[];
            mfa_required: boolean;
            masks_personal_data: string[];
        };
        RoleRulesBody: {
            allowed_addresses?: components["schemas"]["AddressRange"][];
            mfa_required?: boolean;
            masks_personal_data?: components["schemas"]["PersonalFieldName"][];
        };
        RotatedKey: {
            id: string;
            key: string;
            /** Format: date-time */
            expires_at: string;
            replaces: string;
            /** Format: date-time */
            both_until: string;
        };
        RotatedLogStreamSecret: {
            id: string;
            secret: string;
            /** Format: date-time */
            previous_until: string;
        };
        RotatedSecret: {
            id: string;
            secret: string;
            /** Format: date-time */
            previous_until: string;
        };
        Sandbox: {
            tenant_id: string;
            /** Format: int64 */
            position: number;
            /** Format: date-time */
            expires_at: string;
        };
        Satisfaction: {
            /** Format: double */
            good_percent?: number | null;
            /** Format: int64 */
            n: number;
            /** Format: int64 */
            n_null: number;
        };
        /** @enum {string} */
        Scope: "tickets:read" | "tickets:write" | "tickets:note" | "tickets:delete" | "customers:read" | "customers:write" | "agents:read" | "agents:write" | "events:read" | "audit:read" | "analytics:read" | "reports:read" | "proof:read" | "proof:cosign" | "webhooks:read" | "webhooks:write" | "privacy:export" | "privacy:erase" | "privacy:read" | "privacy:write" | "settings:read" | "settings:write" | "roles:read" | "roles:write" | "keys:read" | "keys:write" | "security:read" | "security:write" | "support:write" | "billing:read" | "tickets:*" | "customers:*" | "agents:*" | "events:*" | "audit:*" | "analytics:*" | "reports:*" | "proof:*" | "webhooks:*" | "privacy:*" | "settings:*" | "roles:*" | "keys:*" | "security:*" | "support:*" | "billing:*" | "*";
        SeatUsage: {
            /** Format: int64 */
            used: number;
            /** Format: int64 */
            reserved: number;
        };
        SecondStepAnswer: {
            mfa_token: string;
            code?: string | null;
            recovery_code?: string | null;
            passkey?: Record<string, never> | null;
        };
        SecondStepView: {
            mfa_token: string;
            factors: string[];
            passkey?: components["schemas"]["PasskeyRequest"] | null;
            /** Format: date-time */
            expires_at: string;
        };
        SelfView: {
            id: string;
            name?: string | null;
            email?: string | null;
            role: string;
        };
        ServiceAccount: {
            id: string;
            name: string;
            description?: string | null;
            role: string;
            active: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        ServiceAccountChanges: {
            name?: components["schemas"]["Name"];
            description?: components["schemas"]["Description"] | null;
            role?: components["schemas"]["ProgramRole"];
            active?: boolean;
        };
        SessionLimits: {
            /** Format: int32 */
            idle_minutes: number;
            /** Format: int32 */
            absolute_minutes: number;
            /** Format: int32 */
            reauthentication_minutes: number;
        };
        SessionLimitsBody: {
            /** Format: int32 */
            idle_minutes: number;
            /** Format: int32 */
            absolute_minutes: number;
            /** Format: int32 */
            reauthentication_minutes: number;
        };
        SessionList: {
            data: components["schemas"]["SessionView"][];
        };
        SessionView: {
            id: string;
            current: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at: string;
            /** Format: date-time */
            idle_until: string;
            /** Format: date-time */
            ends_at: string;
            address?: string | null;
            user_agent?: string | null;
        };
        SettingsBody: {
            business_hours?: components["schemas"]["BusinessHours"] | null;
            auto_assignment?: boolean | null;
            sla_enabled?: boolean | null;
        };
        SlaPolicy: {
            id: string;
            name: string;
            calendar_id: string;
            first_response_minutes: components["schemas"]["Targets"];
        };
        SlaPolicyList: {
            data: components["schemas"]["SlaPolicy"][];
        };
        Spread: {
            /** Format: double */
            median_seconds?: number | null;
            /** Format: double */
            p90_seconds?: number | null;
            /** Format: double */
            p95_seconds?: number | null;
            /** Format: int64 */
            n: number;
            /** Format: int64 */
            n_null: number;
        };
        /** @enum {string} */
        Status: "open" | "in_progress" | "pending" | "resolved" | "closed";
        StorageUsage: {
            /** Format: int64 */
            log_bytes: number;
            /** Format: int64 */
            attachment_bytes: number;
            /** Format: int64 */
            file_bytes?: number | null;
            /** Format: int64 */
            reserved_bytes?: number | null;
            /** Format: int64 */
            database_bytes?: number | null;
        };
        StreamUrl: string;
        /** @enum {string} */
        StreamedLog: "audit" | "access_log";
        Subject: {
            kind: string;
            id: string;
            /** Format: int64 */
            version: number;
        };
        SupportAccess: {
            grants: components["schemas"]["SupportGrant"][];
            visits: components["schemas"]["SupportVisit"][];
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        SupportGrant: {
            id: string;
            /** Format: date-time */
            until: string;
            reason: string;
            role: string;
            /** Format: date-time */
            granted_at: string;
            granted_by: components["schemas"]["Actor"];
            /** Format: date-time */
            revoked_at?: string | null;
        };
        SupportVisit: {
            id: string;
            operator: string;
            reason: string;
            grant_id?: string | null;
            /** Format: date-time */
            began_at: string;
            /** Format: date-time */
            until: string;
            /** Format: int64 */
            requests: number;
            /** Format: date-time */
            last_request_at?: string | null;
        };
        Tag: string;
        Taken: {
            witnesses: string[];
        };
        Targets: {
            /** Format: int32 */
            critical: number;
            /** Format: int32 */
            high: number;
            /** Format: int32 */
            medium: number;
            /** Format: int32 */
            low: number;
        };
        Team: {
            id: string;
            name: string;
            member_ids: string[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        TeamChanges: {
            name?: components["schemas"]["Name"] | null;
            member_ids?: components["schemas"]["AgentId"][] | null;
        };
        TeamId: string;
        TeamRef: {
            id: string;
            name?: string | null;
        };
        TemplateId: string;
        Tenant: {
            tenant_id: string;
            name: string;
            plan: string;
            time_zone: string;
            domain?: string | null;
            custom_domain?: string | null;
            sandbox?: components["schemas"]["Sandbox"] | null;
            branding: components["schemas"]["Branding"];
            settings: components["schemas"]["TenantSettings"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        TenantBody: {
            tenant_id?: components["schemas"]["TenantId"] | null;
            domain?: components["schemas"]["HostName"] | null;
            custom_domain?: components["schemas"]["HostName"] | null;
            branding?: components["schemas"]["BrandingBody"] | null;
            settings?: components["schemas"]["SettingsBody"] | null;
        };
        TenantId: string;
        TenantSettings: {
            business_hours?: string | null;
            business_hours_calendar_id?: string | null;
            auto_assignment: boolean;
            sla_enabled: boolean;
        };
        TestWish: {
            event?: components["schemas"]["TicketEvent"] | null;
        };
        Text: string;
        Ticket: {
            id: string;
            ticket_id: string;
            external_id?: string | null;
            title?: string | null;
            status: components["schemas"]["Status"];
            priority: components["schemas"]["Priority"];
            type?: string | null;
            channel: components["schemas"]["Channel"];
            imported: boolean;
            over_plan_limit: boolean;
            tags: string[];
            customer: components["schemas"]["CustomerRef"];
            assignee?: components["schemas"]["AgentRef"] | null;
            team?: components["schemas"]["TeamRef"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            first_response_at?: string | null;
            /** Format: date-time */
            resolved_at?: string | null;
            /** Format: date-time */
            closed_at?: string | null;
            /** Format: date-time */
            deleted_at?: string | null;
            /** Format: date-time */
            erased_at?: string | null;
            /** Format: int32 */
            reopens: number;
            /** Format: int32 */
            rating?: number | null;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        TicketAsOf: components["schemas"]["Ticket"] & {
            as_of?: components["schemas"]["LogState"] | null;
        };
        TicketChanges: {
            title?: components["schemas"]["Title"] | null;
            priority?: components["schemas"]["Priority"] | null;
            status?: components["schemas"]["Status"] | null;
            type?: components["schemas"]["TicketType"] | null;
            tags?: components["schemas"]["Tag"][] | null;
            tags_add?: components["schemas"]["Tag"][];
            tags_remove?: components["schemas"]["Tag"][];
            customer_id?: components["schemas"]["CustomerId"] | null;
            assignee_id?: components["schemas"]["AgentId"] | null;
            team_id?: components["schemas"]["TeamId"] | null;
            external_id?: components["schemas"]["ExternalId"] | null;
        };
        /** @enum {string} */
        TicketEvent: "agent.assigned" | "ticket.closed" | "ticket.created" | "ticket.deleted" | "ticket.erased" | "ticket.resolved" | "ticket.restored" | "ticket.updated";
        TicketId: string;
        TicketNumber: string;
        TicketType: string;
        TicketUsage: {
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            imported: number;
            /** Format: int64 */
            this_month: number;
        };
        Tickets: {
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            open: number;
            /** Format: int64 */
            in_progress: number;
            /** Format: int64 */
            resolved: number;
            /** Format: int64 */
            pending: number;
            /** Format: int64 */
            closed: number;
        };
        TimelineEntry: {
            id: string;
            /** Format: int64 */
            sequence: number;
            /** Format: int64 */
            position: number;
            type: string;
            /** Format: date-time */
            occurred_at: string;
            /** Format: date-time */
            recorded_at: string;
            imported: boolean;
            actor: components["schemas"]["Actor"];
            request_id?: string | null;
            caused_by?: string | null;
            undoable: boolean;
            changes: Record<string, never>;
            message?: components["schemas"]["Message"] | null;
        };
        Title: string;
        Tokens: {
            access_token: string;
            token_type: string;
            /** Format: int64 */
            expires_in: number;
            refresh_token?: string | null;
            session_id: string;
            agent: components["schemas"]["SelfView"];
        };
        TotpOptionsView: {
            secret: string;
            otpauth_uri: string;
            enrolment: string;
        };
        TrendDay: {
            /** Format: date */
            date: string;
            /** Format: int64 */
            created: number;
            /** Format: int64 */
            resolved: number;
            /** Format: int64 */
            backlog: number;
        };
        TrendMonth: {
            month: string;
            customer_satisfaction?: string | null;
            /** Format: double */
            customer_satisfaction_score?: number | null;
            /** Format: int64 */
            n: number;
        };
        TrendWeek: {
            week: string;
            /** Format: date */
            from: string;
            avg_response_time?: string | null;
            /** Format: double */
            avg_response_time_seconds?: number | null;
            /** Format: int64 */
            n: number;
        };
        Trends: {
            ticket_volume: components["schemas"]["TrendDay"][];
            response_times: components["schemas"]["TrendWeek"][];
            satisfaction_scores: components["schemas"]["TrendMonth"][];
        };
        Undo: {
            event_id: components["schemas"]["EventId"];
        };
        Usage: {
            /** Format: int64 */
            position: number;
            /** Format: int64 */
            events: number;
            tickets: components["schemas"]["TicketUsage"];
            agents: components["schemas"]["AgentUsage"];
            seats: components["schemas"]["SeatUsage"];
            storage: components["schemas"]["StorageUsage"];
        };
        UsageDay: {
            tenant_id: string;
            /** Format: date */
            day: string;
            /** Format: int64 */
            position: number;
            plan: string;
            /** Format: int64 */
            tickets: number;
            /** Format: int64 */
            tickets_limit?: number | null;
            /** Format: int64 */
            agents: number;
            /** Format: int64 */
            agents_reserved: number;
            /** Format: int64 */
            agents_limit?: number | null;
            /** Format: int64 */
            storage_bytes: number;
            /** Format: int64 */
            storage_limit?: number | null;
        };
        UsageDays: {
            data: components["schemas"]["UsageDay"][];
        };
        UsageView: components["schemas"]["Usage"] & {
            tenant_id: string;
            limits: {
                [key: string]: components["schemas"]["LimitUsage"];
            };
        };
        View: {
            id: string;
            name: string;
            query: {
                [key: string]: string;
            };
            shared: boolean;
            owner_id?: string | null;
            /** Format: int32 */
            rank: number;
            built_in: boolean;
            /** Format: date-time */
            created_at?: string | null;
            /** Format: date-time */
            updated_at?: string | null;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position?: number | null;
            /** Format: int64 */
            count?: number | null;
            count_more?: boolean | null;
        };
        ViewChanges: {
            name?: components["schemas"]["Name"] | null;
            query?: {
                [key: string]: string;
            } | null;
            shared?: boolean | null;
            /** Format: int32 */
            rank?: number | null;
        };
        ViewList: {
            data: components["schemas"]["View"][];
        };
        /** @enum {string} */
        Visibility: "public" | "internal";
        Webhook: {
            id: string;
            url?: string | null;
            events: string[];
            description?: string | null;
            active: boolean;
            disabled_reason?: string | null;
            /** Format: int64 */
            disabled_at_position?: number | null;
            include_imported: boolean;
            ordering: string;
            health: components["schemas"]["WebhookHealth"];
            /** Format: int64 */
            pending: number;
            replay?: components["schemas"]["WebhookReplay"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            position: number;
        };
        WebhookAttempt: {
            /** Format: int32 */
            number: number;
            /** Format: date-time */
            at: string;
            /** Format: int32 */
            duration_ms: number;
            /** Format: int32 */
            response_status?: number | null;
            error?: string | null;
            exchange: components["schemas"]["WebhookExchange"];
        };
        WebhookChanges: {
            url?: components["schemas"]["WebhookUrl"] | null;
            events?: components["schemas"]["EventFilter"][] | null;
            description?: components["schemas"]["Description"] | null;
            active?: boolean | null;
            include_imported?: boolean | null;
            ordering?: components["schemas"]["DeliveryOrder"] | null;
        };
        WebhookDelivery: {
            id: string;
            webhook_id: string;
            event_id: string;
            event: string;
            finer_type: string;
            /** Format: int64 */
            position?: number | null;
            ticket_id?: string | null;
            origin: components["schemas"]["DeliveryOrigin"];
            replay_of?: string | null;
            status: components["schemas"]["DeliveryStatus"];
            /** Format: int32 */
            attempts: number;
            /** Format: int32 */
            last_response_status?: number | null;
            last_error?: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            next_attempt_at?: string | null;
            /** Format: date-time */
            finished_at?: string | null;
        };
        WebhookDeliveryDetail: components["schemas"]["WebhookDelivery"] & {
            payload: components["schemas"]["WebhookPayload"];
            attempt_log: components["schemas"]["WebhookAttempt"][];
        };
        WebhookExchange: {
            url: string;
            request_headers: string[][];
            response_headers: string[][];
            response_body: string;
            response_truncated: boolean;
        };
        WebhookHealth: {
            /** Format: date-time */
            last_success_at?: string | null;
            /** Format: date-time */
            last_failure_at?: string | null;
            /** Format: date-time */
            failing_since?: string | null;
            /** Format: date-time */
            hold_until?: string | null;
            /** Format: int32 */
            consecutive_failures: number;
            /** Format: date-time */
            paused_until?: string | null;
        };
        WebhookLimit: {
            limit: string;
            /** Format: int64 */
            percent: number;
            /** Format: int64 */
            used: number;
            /** Format: int64 */
            allowed: number;
            month: string;
        };
        WebhookList: {
            data: components["schemas"]["Webhook"][];
        };
        WebhookMessage: {
            id: string;
            visibility: components["schemas"]["Visibility"];
            author?: components["schemas"]["Author"] | null;
            body?: string | null;
            attachments: components["schemas"]["Attachment"][];
            body_truncated: boolean;
            url: string;
            /** Format: date-time */
            created_at: string;
        };
        WebhookOfWebhook: {
            id: string;
            description?: string | null;
            events: string[];
            active: boolean;
            disabled_reason?: string | null;
            changes?: Record<string, never> | null;
        };
        WebhookPayload: {
            event: string;
            type: string;
            finer_type: string;
            id: string;
            /** Format: date-time */
            timestamp: string;
            /** Format: date-time */
            recorded_at: string;
            /** Format: int64 */
            position?: number | null;
            /** Format: int64 */
            sequence?: number | null;
            tenant: string;
            imported: boolean;
            test?: boolean;
            actor: components["schemas"]["Actor"];
            data: components["schemas"]["WebhookSubject"];
            restricted?: boolean;
            truncated?: string[];
        };
        WebhookPerson: {
            id: string;
            name?: string | null;
            email?: string | null;
            phone?: string | null;
            external_id?: string | null;
            active?: boolean | null;
            /** Format: date-time */
            erased_at?: string | null;
            /** Format: date-time */
            restricted_at?: string | null;
            changes?: Record<string, never> | null;
        };
        WebhookReplay: {
            id: string;
            kind: string;
            /** Format: int64 */
            reached_position?: number | null;
            /** Format: int64 */
            queued: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at?: string | null;
        };
        WebhookSubject: components["schemas"]["WebhookTicket"] | components["schemas"]["WebhookPerson"] | components["schemas"]["WebhookTeam"] | components["schemas"]["WebhookLimit"] | components["schemas"]["WebhookOfWebhook"];
        WebhookTeam: {
            id: string;
            name?: string | null;
            member_ids: string[];
            changes?: Record<string, never> | null;
        };
        WebhookTicket: {
            ticket_id: string;
            title?: string | null;
            customer: components["schemas"]["CustomerRef"];
            priority: components["schemas"]["Priority"];
            status: components["schemas"]["Status"];
            id: string;
            external_id?: string | null;
            type?: string | null;
            channel: components["schemas"]["Channel"];
            tags: string[];
            assignee?: components["schemas"]["AgentRef"] | null;
            team?: components["schemas"]["TeamRef"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            resolved_at?: string | null;
            /** Format: date-time */
            closed_at?: string | null;
            /** Format: date-time */
            deleted_at?: string | null;
            /** Format: date-time */
            erased_at?: string | null;
            /** Format: int32 */
            reopens: number;
            /** Format: int32 */
            rating?: number | null;
            /** Format: int64 */
            version: number;
            changes?: Record<string, never> | null;
            message?: components["schemas"]["WebhookMessage"] | null;
        };
        WebhookUrl: string;
        WebhookWithSecret: components["schemas"]["Webhook"] & {
            secret: string;
        };
        Withdrawal: {
            purpose: components["schemas"]["PurposeName"];
            source?: components["schemas"]["Name"] | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    keySet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeySet"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAccessLog: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                "filter[actor]"?: string;
                "filter[kind]"?: string;
                "filter[operation]"?: string;
                "filter[target_id]"?: string;
                "filter[request_id]"?: string;
                "filter[recorded_at][gte]"?: string;
                "filter[recorded_at][gt]"?: string;
                "filter[recorded_at][lte]"?: string;
                "filter[recorded_at][lt]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_AccessLogEntry"];
                    "application/x-ndjson": components["schemas"]["AccessLogEntry"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAccessLogSeals: {
        parameters: {
            query?: {
                after?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessLogSeals"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportStoredAccessLog: {
        parameters: {
            query?: {
                after?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccessPolicy: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessPolicy"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchAccessPolicy: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessPolicyChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessPolicy"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAccessReviews: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                min_position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_AccessReview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openAccessReview: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAccessReview"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccessReview: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    closeAccessReview: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessReviewEnd"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decideAccess: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessDecision"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAccessReviewItems: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                min_position?: number;
                "filter[undecided]"?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_AccessReviewItem"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccessReviewResult: {
        parameters: {
            query?: {
                format?: "json" | "csv" | "pdf";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/csv": string;
                    "application/pdf": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: string;
                q?: string;
                include?: "total_count";
                min_position?: number;
                "filter[active]"?: boolean;
                "filter[email]"?: string;
                "filter[external_id]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Agent"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAgent: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAgent"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAgent: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAgent: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchAgent: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseAgent: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAgent: {
        parameters: {
            query?: {
                format?: "json" | "html";
            };
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonExport"];
                    "text/html": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetAgentFactors: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuePasswordReset: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedReset"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgentSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endAgentSessions: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endAgentSession: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalytics: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                definition?: "one_reply" | "no_customer_interaction" | "one_agent";
                min_position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Analytics"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                min_position?: number;
                "filter[actor]"?: string;
                "filter[action]"?: string;
                "filter[target_id]"?: string;
                "filter[request_id]"?: string;
                "filter[recorded_at][gte]"?: string;
                "filter[recorded_at][gt]"?: string;
                "filter[recorded_at][lte]"?: string;
                "filter[recorded_at][lt]"?: string;
            };
            header?: {
                "Last-Event-ID"?: number | string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_AuditEntry"];
                    "text/event-stream": components["schemas"]["AuditEntry"];
                    "application/x-ndjson": components["schemas"]["AuditEntry"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBranding: {
        parameters: {
            query?: {
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Brand"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCalendars: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCustomers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: string;
                q?: string;
                include?: "total_count";
                min_position?: number;
                "filter[email]"?: string;
                "filter[external_id]"?: string;
                "filter[created_at][gte]"?: string;
                "filter[created_at][gt]"?: string;
                "filter[created_at][lte]"?: string;
                "filter[created_at][lt]"?: string;
                "filter[updated_at][gte]"?: string;
                "filter[updated_at][gt]"?: string;
                "filter[updated_at][lte]"?: string;
                "filter[updated_at][lt]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Customer"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createCustomer: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCustomer"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCustomer: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateCustomer: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchCustomer: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConsents: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Consents"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    giveConsent: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConsent"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Consents"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdrawConsent: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Withdrawal"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Consents"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseCustomer: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportCustomer: {
        parameters: {
            query?: {
                format?: "json" | "html";
            };
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonExport"];
                    "text/html": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRestriction: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restriction"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restrictCustomer: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRestriction"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restriction"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    liftRestriction: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restriction"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEntitlements: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entitlements"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewPlan: {
        parameters: {
            query: {
                plan: "starter" | "professional" | "enterprise";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPreview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listErasures: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                min_position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Erasure"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getErasure: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                after?: components["schemas"]["FeedPlace"];
                limit?: number;
                types?: components["schemas"]["EventFilter"][];
                wait?: number;
            };
            header?: {
                "Last-Event-ID"?: number | string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedBody"];
                    "text/event-stream": components["schemas"]["FeedItem"];
                    "application/x-ndjson": components["schemas"]["FeedItem"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEvidence: {
        parameters: {
            query?: {
                as_of?: string;
                from?: string;
                control?: "people" | "second_factors" | "roles" | "keys" | "access_reviews" | "configuration_changes" | "support_visits" | "backups" | "restore_drills" | "legal_holds" | "retention" | "log" | "incidents" | "personal_data" | "uptime";
                format?: "json" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Evidence"];
                    "text/csv": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadFile: {
        parameters: {
            query?: {
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["File"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["File"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFileContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createFileLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLink"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileLink"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_InvitationView"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createInvitation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedInvitation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: {
                "Helpdesk-Session"?: "cookie";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Acceptance"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondStepView"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeInvitation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLegalHolds: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                min_position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_LegalHold"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    placeLegalHold: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLegalHold"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegalHold"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLegalHold: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegalHold"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseLegalHold: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Release"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegalHold"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLogStreams: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogStreamList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createLogStream: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLogStream"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogStreamWithSecret"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedLogStream"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLogStream: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogStream"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteLogStream: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchLogStream: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogStreamChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogStream"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateLogStreamSecret: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedLogStreamSecret"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testLogStream: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogStreamTest"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRights: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rights"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFactors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactorList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addPasskey: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskeyBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewFactorView"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyCreation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addTotp: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTotpBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewFactorView"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpOptionsView"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeFactor: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renameFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactorName"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeRecoveryCodes: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetAcceptance"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPermissions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PermissionList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCheckpoint: {
        parameters: {
            query?: {
                size?: number;
                cosigned?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    proveConsistency: {
        parameters: {
            query: {
                from: number;
                to?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsistencyProof"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addCosignatures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Cosigned"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Taken"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    proveInclusion: {
        parameters: {
            query?: {
                position?: number;
                ticket?: string;
                after?: number;
                limit?: number;
                size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InclusionBody"];
                    "text/plain": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLogKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogKeyList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                level: string;
                tile: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReport: {
        parameters: {
            query?: {
                report?: "tickets" | "agents" | "customers";
                from?: string;
                to?: string;
                format?: "json" | "csv";
                min_position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportAnswer"];
                    "text/csv": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRetentionPolicies: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionPolicyList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createRetentionPolicy: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRetentionPolicy"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionPolicy"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewRetention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionQuestion"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionPreview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRetentionPolicy: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionPolicy"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRetentionPolicy: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchRetentionPolicy: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionPolicyChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionPolicy"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewRetentionPolicy: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionPreview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRoles: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createRole: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRole"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRole: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateRole: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRole: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewRole: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolePreview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listServiceAccounts: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                min_position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_ServiceAccount"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createServiceAccount: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewServiceAccount"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getServiceAccount: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateServiceAccount: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServiceAccountChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchServiceAccount: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServiceAccountChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: {
                "Helpdesk-Session"?: "cookie";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondStepView"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "Helpdesk-Session"?: "cookie";
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reauthenticate: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reauthentication"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginReauthentication: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyRequest"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishLogIn: {
        parameters: {
            query?: never;
            header?: {
                "Helpdesk-Session"?: "cookie";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecondStepAnswer"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logInWithPasskey: {
        parameters: {
            query?: never;
            header?: {
                "Helpdesk-Session"?: "cookie";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyLogIn"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginPasskeyLogIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyWish"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyRequest"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshSession: {
        parameters: {
            query?: never;
            header?: {
                "Helpdesk-Session"?: "cookie";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSlaPolicies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SlaPolicyList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSupportAccess: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupportAccess"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    grantSupportAccess: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSupportGrant"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupportGrant"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeSupportAccess: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTeams: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: string;
                include?: "total_count";
                min_position?: number;
                "filter[member_id]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Team"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTeam: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTeam"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTeam: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTeam: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchTeam: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenant: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTenant: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchTenant: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTickets: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: string;
                q?: string;
                include?: "total_count";
                min_position?: number;
                "filter[status]"?: components["schemas"]["Status"][];
                "filter[priority]"?: components["schemas"]["Priority"][];
                "filter[type]"?: string[];
                "filter[tag]"?: string[];
                "filter[tags_all]"?: string[];
                "filter[assignee_id]"?: string[];
                "filter[team_id]"?: string[];
                "filter[customer_id]"?: string[];
                "filter[ticket_id]"?: components["schemas"]["TicketNumber"][];
                "filter[external_id]"?: string;
                "filter[imported]"?: boolean;
                "filter[deleted]"?: "false" | "only" | "true";
                "filter[created_at][gte]"?: string;
                "filter[created_at][gt]"?: string;
                "filter[created_at][lte]"?: string;
                "filter[created_at][lt]"?: string;
                "filter[updated_at][gte]"?: string;
                "filter[updated_at][gt]"?: string;
                "filter[updated_at][lte]"?: string;
                "filter[updated_at][lt]"?: string;
                "filter[resolved_at][gte]"?: string;
                "filter[resolved_at][gt]"?: string;
                "filter[resolved_at][lte]"?: string;
                "filter[resolved_at][lt]"?: string;
                "filter[closed_at][gte]"?: string;
                "filter[closed_at][gt]"?: string;
                "filter[closed_at][lte]"?: string;
                "filter[closed_at][lt]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Ticket"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTicket: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTicket"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTicket: {
        parameters: {
            query?: {
                as_of?: string;
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketAsOf"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTicket: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTicket: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchTicket: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseTicket: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCauses: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: never;
            path: {
                id: string;
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Causes"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMessages: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                min_position?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Message"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addMessage: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMessage"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rectifyMessage: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
                message_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RectifiedMessage"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redactMessage: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPresence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresenceList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putPresence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPresence"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresenceList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deletePresence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rateTicket: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRating"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reopenTicket: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreTicket: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTimeline: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                min_position?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_TimelineEntry"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undoChange: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Undo"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query?: {
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageView"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUsageDays: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                format?: "json" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageDays"];
                    "text/csv": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listViews: {
        parameters: {
            query?: {
                include?: "counts";
                min_position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createView: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewView"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getView: {
        parameters: {
            query?: {
                min_position?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteView: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchView: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedWebhook"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchWebhook: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                "filter[status]"?: components["schemas"]["DeliveryStatus"][];
                "filter[ticket_id]"?: string;
                "filter[event_id]"?: string;
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_WebhookDelivery"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryDetail"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayWebhook: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Replay"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReplay"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestWish"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
