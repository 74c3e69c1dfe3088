"""Texts as people send them. The seven words are those of 47 CFR 64.1200(a)(10) as amended by 89 FR 15756."""

_WORDS = ("stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe")
_SPANISH = ("alto", "baja", "cancelar", "parar")
_FORMS = ("{}", "{}.", "{}!", " {} ", "\n{}\n", "“{}”", "{}!!!", "*{}*")
_SHAPES = (str.lower, str.upper, str.title)

_SINGLE = [
    shape(form.format(word)) for word in (*_WORDS, *_SPANISH) for form in _FORMS[:4] for shape in _SHAPES
]

_SENTENCES = """
Stop please
Please stop
pls stop
plz STOP
STOP NOW
stop it
Stop all
STOPALL
stop-all
S T O P
S.T.O.P.
s-t-o-p
st0p
Stopp
stop texting me
Stop texting this number
please stop texting me
PLEASE STOP SENDING ME TEXTS
stop sending messages
stop sending me these messages
Stop messaging me
stop contacting me
stop bothering me
Stop harassing me please
stop spamming
stop these texts
stop the texts
stop the messages now
Stop with the reminders
ok stop
No stop
no, stop
i said stop
just stop
hey stop it
Can you stop texting me?
could you please stop sending these
I want you to stop messaging me
I would like to stop receiving texts
how do i stop these messages
Opt out
opt-out
OPTOUT
opt me out
I opt out
I want to opt out
i'm opting out
please opt me out of these
opted out
Unsubscribe me
please unsubscribe
unsubscribe please
Unsub
UNSUBSCRIBE ME NOW
I'd like to unsubscribe
unsubscribe from texts
End texts
end messages
end all messages
END THIS
quit texting me
quit it
Quit sending me texts
quit messaging me
Cancel texts
cancel messages
cancel text alerts
cancel these alerts
please cancel the text messages
cancel all
Cancel please
revoke consent
I revoke my consent
I revoke
I hereby revoke my consent to be texted
withdraw my consent
I withdraw permission to text me
revoke my permission
Don't text me
dont text me
Don’t text me anymore
do not text me
Do not text this number again
do not contact me
DO NOT CONTACT ME AGAIN
don't message me
do not send me messages
don't send me any more texts
dont send me sms
never text me again
Never contact me again
I don't want these texts
I dont want any more messages
i do not want to receive text messages
I don't want text alerts
I no longer want these messages
i no longer wish to receive texts
no more texts
No more messages please
no more txts
NO MORE SMS
no further messages
no more reminders
remove me
Remove me from your list
please remove me
remove my number
REMOVE ME FROM THIS LIST
take me off
take me off your list
take me off this list please
take my number off
delete my number
delete me
drop me from your list
leave me alone
Leave me alone!
lose my number
wrong number
Wrong number, stop
you have the wrong number
wrong person
go away
not interested
turn off texts
turn off these notifications
turn off text alerts
shut off the messages
disable text messages
discontinue messages
discontinue text messages please
block these messages
cease
cease and desist
enough
i'm done
Stop the reminders please
Stop 🛑
🛑 STOP 🛑
STOP\u200b
ＳＴＯＰ
stop thanks
Stop thank you
STOP asap
stop immediately
stop to end
no mas mensajes
No más mensajes
no más textos por favor
no quiero más mensajes
no quiero recibir mensajes
ya no quiero mensajes
No deseo recibir más avisos
no me manden mensajes
no me manden más mensajes
No me envíen nada
no me envien mensajes
no me escriban más
no me escriban
no me molesten
no me contacten
dejen de mandar mensajes
Dejen de enviarme mensajes
deje de escribirme
dejen de molestarme
darme de baja
Quiero darme de baja
deme de baja
denme de baja por favor
BAJA por favor
alto ya
Pare
paren
paren de mandar mensajes
basta
Basta ya
cancelar mensajes
Cancelar por favor
cancelen los mensajes
cancele las alertas
quiero cancelar los mensajes
detener mensajes
número equivocado
déjenme en paz
no me interesa
quiten mi número
eliminen mi numero
revoco mi consentimiento
"""

STOPS = [*_SINGLE, *(line for line in _SENTENCES.splitlines() if line.strip())]

STARTS = [
    "START",
    "start",
    "Start.",
    "unstop",
    "UNSTOP",
    "Subscribe",
    "resume",
    "start please",
    "ALTA",
    "comenzar",
]
HELPS = ["HELP", "help", "Help!", "info", "?", "AYUDA", "ayuda por favor", "help me please"]
GOES_ON = [
    "",
    "Thanks",
    "ok",
    "I paid yesterday",
    "please don't stop",
    "Don't stop the reminders",
    "Can I pay at the end of the month?",
    "I need to cancel my payment",
    "cancel my appointment",
    "Please stop autopay, I pay by check",
    "I want to end my lease",
    "what is this",
    "I will stop by tomorrow with the money",
    "when does my loan end?",
    "voy a pagar el viernes",
    "para el viernes",
    "quiero cancelar mi contrato",
    "why was a fee charged",
    "I quit my job and need more time",
    "baja el pago?",
    "I will pay at the end of this month",
    "I get paid at the end of the week, is this ok",
    "the car would not stop, it is at the shop",
    "How much is this?",
    "no puedo pagar hasta el viernes",
    "remove my late fee",
    "I moved, my number is the same",
]
