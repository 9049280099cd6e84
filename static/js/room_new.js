// Chooses the visitor's own time zone for a new room.
const field = document.querySelector("[name=time_zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (field?.options && [...field.options].some((option) => option.value === zone)) field.value = zone;
if (field?.type === "hidden") field.value = zone;
