"""The routes by which a bot answers interactions: the first response within three seconds, and what follows it."""

import time

from tests.emulators.discord_limits import EPHEMERAL, LOADING, ApiError, Json, message_faults, modal_faults
from tests.emulators.discord_people import COMMAND, COMPLETION, COMPONENT, DEADLINE, FORM, Interaction
from tests.emulators.discord_rest import Answer, Call, Rest, route
from tests.emulators.discord_world import wire


class Replies(Rest):
    """Routes that need no token of the bot's: knowing the interaction's is enough."""

    @route("POST", "/interactions/{interaction_id}/{token}/callback", auth=False)
    async def r_respond(self, call: Call) -> Answer:
        asked = self.interactions.get(call["interaction_id"])
        if asked is None or asked.token != call["token"]:
            raise ApiError(404, 10062, "Unknown interaction")
        asked.took = time.monotonic() - asked.sent
        if asked.took > DEADLINE:
            asked.late = True
            raise ApiError(404, 10062, "Unknown interaction")
        if asked.response is not None:
            asked.doubles += 1
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        kind, data = call.body["type"], call.body.get("data") or {}
        legal = {COMMAND: {4, 5, 9}, COMPONENT: {4, 5, 6, 7, 9}, COMPLETION: {8}, FORM: {4, 5, 6, 7}}[asked.kind]
        if kind not in legal:
            self.check([(("type",), "INTERACTION_CALLBACK_TYPE_INVALID", f"type {kind}")], call)
        self._respond(asked, kind, data, call)
        if not call.query.get("with_response"):
            return 204, None
        told: Json = {"id": asked.id, "type": asked.kind, "response_message_loading": kind == 5}
        told |= {"response_message_ephemeral": bool((data.get("flags") or 0) & EPHEMERAL)}
        return 200, {"interaction": told | ({"response_message_id": asked.original} if asked.original else {})}

    def _respond(self, asked: Interaction, kind: int, data: Json, call: Call) -> None:
        if kind == 9:
            self.check(list(modal_faults(data)), call)
        if kind == 6 and asked.message:
            asked.original, data = asked.message["id"], {"_was": asked.message["edited_timestamp"]}
        if kind in {4, 5}:
            flags = (data.get("flags") or 0) | (LOADING if kind == 5 else 0)
            asked.original = self._answer(asked, data | {"flags": flags}, call)["id"]
        asked.response, asked.data = kind, data
        asked.responded.set()

    def _answer(self, asked: Interaction, body: Json, call: Call) -> Json:
        meta = {"id": asked.id, "type": asked.kind, "user": asked.user, "authorizing_integration_owners": {}}
        extra = {"application_id": self.bot["id"], "webhook_id": self.bot["id"], "interaction_metadata": meta}
        return self.make_message(asked.channel, self.bot, body, call.files, **extra)

    def _asked(self, call: Call) -> Interaction:
        found = next((one for one in self.interactions.values() if one.token == call["token"]), None)
        if found is None or found.response is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        return found

    @route("POST", "/webhooks/{webhook_id}/{token}", auth=False)
    async def r_followup(self, call: Call) -> Answer:
        asked = self._asked(call)
        first = self.messages.get(asked.original)
        if first and first["flags"] & LOADING:  # it answers the promise, which stays as private as it was
            return 200, wire(self.changed(first, call.body, call))
        self.check(message_faults(call.body, [name for name, _ in call.files]), call)
        made = self._answer(asked, call.body, call)
        asked.followups.append(made["id"])
        return 200, wire(made)

    @route("PATCH", "/webhooks/{webhook_id}/{token}/messages/@original", auth=False)
    async def r_answer(self, call: Call) -> Answer:
        return 200, wire(self.changed(self._original(call), call.body, call))

    @route("DELETE", "/webhooks/{webhook_id}/{token}/messages/@original", auth=False)
    async def r_take_back(self, call: Call) -> Answer:
        del self.messages[self._original(call)["id"]]
        return 204, None

    def _original(self, call: Call) -> Json:
        found = self.messages.get(self._asked(call).original)
        if found is None:
            raise ApiError(404, 10008, "Unknown Message")
        return found
