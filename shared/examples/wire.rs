use bilik_shared::{command::*, id::*, sheet::*, exchange::*, time::*, role::Role};
fn main(){
 let d: serde_json::Value = serde_json::from_slice(&std::fs::read("/tmp/data.json").unwrap()).unwrap();
 let h=Heading{facility:"AMB".into(),wave:"2025.2".into(),block:"B".into()};
 let by="demo".parse().unwrap();
 let mut server=Sheet::open(&h,&[],ActorId([9;16]),&by,Timestamp(0)).unwrap();
 let saved=server.save();
 let mut tot=0; let mut raw=0;
 for (i,t) in d["tablets"].as_array().unwrap().iter().enumerate(){
  let mut a=[0u8;16]; for (k,x) in a.iter_mut().enumerate(){*x=((i*7919+k*104729+13)*2654435761usize>>7) as u8;}
  let mut s=Sheet::load(&saved,ActorId(a)).unwrap(); let h0=s.heads();
  let m=Moment{author:Author{device:Some("T01".parse().unwrap()),officer:"grace".parse().unwrap()},role:Role::Officer,at:Timestamp(1764000000000),today:Date::new(2025,10,2).unwrap(),number:None};
  let id=|x:&serde_json::Value|->EntryId{x["id"].as_str().unwrap().replace('-',"").parse().unwrap()};
  for r in t["registrations"].as_array().unwrap(){
   let f=r["fields"].as_object().unwrap().iter().map(|(k,v)|(k.clone(),v.as_str().unwrap().to_string())).collect();
   s.act(&Command{sheet:"w-B".parse().unwrap(),entry:id(r),what:What::Write{fields:f,registered:true}},&m).unwrap();
  }
  for r in t["edits"].as_array().unwrap(){
   let f=vec![("status".into(),r["value"].as_str().unwrap().into())];
   s.act(&Command{sheet:"w-B".parse().unwrap(),entry:id(r),what:What::Write{fields:f,registered:true}},&m).unwrap();
  }
  let ch=s.changes_since(&h0);
  raw+=ch.iter().map(|c|c.bytes().len()).sum::<usize>();
  let (p,n)=pack(&ch); assert_eq!(n,60);
  let req=Request{v:1,app:"0.1.0".into(),sheets:vec![SheetRequest{id:"2025.2-B".parse().unwrap(),generation:1,heads:s.heads(),receipt:h0.clone(),changes:p.into()}],..Default::default()};
  let b=encode(&req); tot+=b.len();
  if i==0 {std::fs::write("/tmp/packed.bin", &pack(&ch).0).unwrap();}
  server.apply(&ch).unwrap();
 }
 println!("raw {} up {} per reg; saved {}", raw/1000, tot as f64/1000.0, server.save().len());
}
