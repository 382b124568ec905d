import hashlib,hmac,struct
lid=bytes([7])*16; mk=bytes([9])*32
g=hashlib.sha256(b"citx ledger genesis"+b"\x01"+lid+mk).digest()
def c(s,v): return hashlib.sha256(bytes([s])*32+v.encode()).digest()
def t(b):
    b=b.encode() if isinstance(b,str) else b
    return struct.pack("<I",len(b))+b
def o(x,f=t): return b"\0" if x is None else b"\1"+f(x)
i=lambda x:struct.pack("<q",x)
raw=lambda x:x
def ev(prev,id,rec,cap,st,sc,pur,ch,top,nt,vf,vu,me,ju,so,com,er,ma):
    return hashlib.sha256(b"citx ledger event\x01"+prev+struct.pack("<Q",id)+i(rec)+i(cap)+t(st)+t(sc)+o(pur)+o(ch)+o(top)+o(nt)+o(vf,i)+o(vu,i)+o(me)+o(ju)+o(so)+com[0]+b"".join(o(x,raw) for x in com[1:])+o(er)+o(ma)).digest()
f=ev(g,1,1770000000000001,-5,"given","channel","newsletter","email","parks","privacy-2026",-1,2**63-1,"web","GB-ENG","crm \u00e9",[c(1,"C-17"),c(2,"c@example.org"),c(3,"form 881"),c(4,"self"),c(5,"k1"),c(6,"c@example.org")],None,None)
m=hmac.new(mk,b"C-17",hashlib.sha256).digest()
b=ev(f,2,0,0,"erased","all",*[None]*9,[c(8,"C-17")]+[None]*5,struct.pack("<QQ",1,2),m)
print("GENESIS",g.hex());print("FULL",f.hex());print("BARE",b.hex());print("MARK",m.hex())
