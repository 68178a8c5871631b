"""Every kind of value with format specifiers that fit and that do not."""
for v in (1234.56, 1234, 1.5+2j, 'abc', True):
    for spec in ('._6f','.,_f','.6,_f','.6_,f','.6_n','.6,n',',_d','_,d','_n',',n',',x','_x','_b',',b','.,f','._f','.3,f','.3_f','.3,%','.3_g','.6_','.6,',',,d','__d','._d','.3d','.3_d','_c',',c',',s','_s','.3_s','z.2f','z,d','=+5','010','0=10','<010','^_d','_^10','_^_10d',',.3_f','_.3,f',',.3,f','.3_e','.3,E','n','.2n','#.3g','#x','+,','-_','  ','.','.,','._','5.','z','zz'):
        try: print(repr(spec), type(v).__name__, repr(format(v,spec)))
        except Exception as e: print(repr(spec), type(v).__name__, type(e).__name__, e)
