// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    Accept,
    BatchItem,
    CreditDeposit,
    DeviceRegistration,
    Fail,
    JobCard,
    JobOutcome,
    JobState,
    Offer,
    Order,
    Payment,
    Report,
    ShownJob,
    StakeDeposit,
    WorkCommit
} from "../src/interfaces/AssayTypes.sol";
import {IDepositFactory} from "../src/interfaces/IDepositFactory.sol";
import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {IJobBook} from "../src/interfaces/IJobBook.sol";
import {IJobMarket} from "../src/interfaces/IJobMarket.sol";
import {IOracleCommittee} from "../src/interfaces/IOracleCommittee.sol";
import {IPermit2} from "../src/interfaces/IPermit2.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {IStakeManager} from "../src/interfaces/IStakeManager.sol";
import {ITokenVault} from "../src/interfaces/ITokenVault.sol";
import {ITestDollar} from "./ITestDollar.sol";
import {Test} from "./Test.sol";

/// @title All contracts deployed and wired, with a consumer, a provider, his device, and a committee
abstract contract World is Test {
    uint256 internal constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    uint40 internal constant START = 1_800_000_000;
    bytes32 internal constant CLASS = keccak256("class: one card of 80 GB");
    bytes32 internal constant SPEC = keccak256("specification");
    uint96 internal constant CHALLENGER_REWARD_MAX = 1e6;
    uint32 internal constant MODULE_DELAY = 1 days;
    uint96 internal constant PRICE = 10e6;
    uint96 internal constant AMOUNT = 12e6;
    uint96 internal constant STAKE = 100e6;
    uint96 internal constant LOCK = 5e6; // PRICE · lockBps
    uint96 internal constant FEE = 250_000; // PRICE · feeBps
    uint32 internal constant OVERLAP_S = 4 days; // a committee's time after its rotation: twice windowMaxS, and more

    uint8 internal constant OK = 1;
    uint8 internal constant PARTIAL = 2;
    uint8 internal constant FAILED = 3;
    uint8 internal constant FRAUD = 4;
    uint8 internal constant NO_EVIDENCE = 5;
    uint8 internal constant CHECKPOINT = 6;
    uint8 internal constant INCONCLUSIVE = 7;

    ITestDollar internal dollar;
    IDeviceRegistry internal devices;
    IOracleCommittee internal committee;
    ITokenVault internal vault;
    IStakeManager internal stake;
    IJobMarket internal market;
    ISettlement internal settlement;
    IDepositFactory internal deposits;
    IPermit2 internal permit2;

    Account internal governor;
    address internal governorAddress; // set before setUp: a governor that is a contract
    Account internal consumer;
    Account internal provider;
    Account internal device;
    Account internal matcher;
    Account internal stranger;
    address internal treasury;
    address internal insurance;
    address internal court;
    Account internal guardian;
    Account[] internal oracles;
    mapping(uint64 jobId => JobCard) internal cards;

    uint64 private _salt;
    uint64 private _seq;

    function params() internal pure virtual returns (IJobBook.Params memory) {
        return IJobBook.Params({
            lockBps: 5_000,
            slashBps: 20_000,
            penaltyBps: 1_000,
            feeBps: 250,
            challengeWindowS: 600,
            challengeWindowMaxS: 900,
            challengeValue: 50e6,
            bucketS: 900,
            reportExtensionS: 300,
            retryGraceS: 120,
            windowMinS: 10,
            windowMaxS: 1 days,
            orderWindowMaxS: 7 days,
            attemptsMaxMax: 3,
            compensationCap: 3e6
        });
    }

    function committeeWiring() internal view virtual returns (IOracleCommittee.Wiring memory) {
        return IOracleCommittee.Wiring({
            settlement: address(settlement),
            oracleStake: address(0),
            listener: address(market),
            secondListener: address(0),
            overlapS: OVERLAP_S
        });
    }

    function committeeSize() internal pure virtual returns (uint256) {
        return 4;
    }

    function setUp() public virtual {
        vm.warp(START);
        governor = account("governor");
        if (governorAddress != address(0)) governor.addr = governorAddress;
        consumer = account("consumer");
        provider = account("provider");
        device = account("device");
        matcher = account("matcher");
        stranger = account("stranger");
        treasury = makeAddr("treasury");
        insurance = makeAddr("insurance");
        court = makeAddr("court");
        guardian = account("guardian");
        _deploy();
        _fundCredit(consumer.addr, 1_000e6);
        dollar.faucet(consumer.addr, 1_000e6);
        _addProvider(provider.addr, STAKE);
        _addDevice(provider.addr, device);
    }

    /// @dev By artifact, not `new`: else every test contract would hold, and compile, the bytecode of all seven.
    function _deploy() internal {
        dollar = ITestDollar(vm.deployCode("TestDollar.sol:TestDollar"));
        permit2 = IPermit2(vm.deployCode("Permit2Model.sol:Permit2Model"));
        uint256 nonce = vm.getNonce(address(this));
        address[7] memory where;
        for (uint256 i = 0; i < 7; ++i) {
            where[i] = vm.computeCreateAddress(address(this), nonce + i);
        }
        devices = IDeviceRegistry(where[0]);
        committee = IOracleCommittee(where[1]);
        vault = ITokenVault(where[2]);
        stake = IStakeManager(where[3]);
        market = IJobMarket(where[4]);
        settlement = ISettlement(where[5]);
        deposits = IDepositFactory(where[6]);
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("oracle", committeeSize(), true);
        vm.deployCode("DeviceRegistry.sol:DeviceRegistry", abi.encode(stake, governor.addr));
        vm.deployCode("OracleCommittee.sol:OracleCommittee", abi.encode(governor.addr, keys, pins, committeeWiring()));
        vm.deployCode(
            "TokenVault.sol:TokenVault",
            abi.encode(
                dollar, governor.addr, permit2, deposits, MODULE_DELAY, stake, market, settlement, new address[](0)
            )
        );
        vm.deployCode(
            "StakeManager.sol:StakeManager",
            abi.encode(
                vault, market, settlement, insurance, 3 days, governor.addr, CHALLENGER_REWARD_MAX, new address[](0)
            )
        );
        vm.deployCode(
            "JobMarket.sol:JobMarket",
            abi.encode(vault, stake, devices, committee, settlement, governor.addr, guardian.addr, params())
        );
        vm.deployCode(
            "Settlement.sol:Settlement", abi.encode(stake, market, committee, treasury, _meteredMarket(), court)
        );
        vm.deployCode("DepositFactory.sol:DepositFactory", abi.encode(vault));
    }

    /// @dev The market for metered jobs; none here.
    function _meteredMarket() internal virtual returns (address) {
        return address(0);
    }

    /// @dev Another module of the vault, ACTIVE after this; lets its delay pass.
    function _addModule(address module) internal {
        vm.prank(governor.addr);
        vault.addModule(module);
        skip(MODULE_DELAY);
    }

    function _newCommittee(string memory name, uint256 n, bool keep)
        internal
        returns (address[] memory keys, bytes32[] memory pins)
    {
        keys = new address[](n);
        pins = new bytes32[](n);
        for (uint256 i = 0; i < n; ++i) {
            Account memory oracle = account(string.concat(name, vm.toString(i)));
            if (keep) oracles.push(oracle);
            keys[i] = oracle.addr;
            pins[i] = keccak256(abi.encode(name, i));
        }
    }

    /// @dev Not block.timestamp, which the optimiser takes for constant while cheatcodes move it.
    function _now() internal view returns (uint40) {
        return uint40(vm.getBlockTimestamp());
    }

    // --- Money, stake, devices. ---

    function _fundCredit(address who, uint256 amount) internal {
        dollar.faucet(who, amount);
        vm.startPrank(who);
        dollar.approve(address(vault), amount);
        vault.deposit(amount);
        vm.stopPrank();
    }

    function _addProvider(address who, uint96 amount) internal {
        _fundCredit(who, amount);
        vm.prank(who);
        stake.stake(amount);
    }

    function _addDevice(address owner, Account memory key) internal returns (uint40 index) {
        DeviceRegistration memory registration =
            DeviceRegistration(owner, key.addr, CLASS, keccak256("descriptor"), _now() + 1 hours);
        bytes memory signed = signature(key.key, devices.hashRegistration(registration));
        vm.prank(owner);
        return devices.register(registration, signed);
    }

    // --- Messages. Every order and offer differs from those before. ---

    function _offer() internal returns (Offer memory) {
        return _offerOf(device.addr);
    }

    function _offerOf(address who) internal returns (Offer memory) {
        return Offer({
            device: who,
            deviceClass: CLASS,
            unit: 0,
            price: PRICE,
            durationMinS: 10,
            durationMaxS: 1 hours,
            volumeMax: 100e6,
            concurrentMax: 8,
            regions: 3,
            grades: 1 << 3,
            nonce: ++_salt,
            expiry: _now() + 1 days
        });
    }

    /// @dev Any offer that the matcher joins; paid from credit; one attempt.
    function _order() internal returns (Order memory) {
        return Order({
            consumer: consumer.addr,
            specHash: SPEC,
            offerHash: 0,
            matcher: matcher.addr,
            deviceClass: 0,
            regions: 0,
            grade: 3,
            lane: 0,
            amount: AMOUNT,
            priceMax: AMOUNT,
            feeBpsMax: 500,
            attemptsMax: 1,
            orderDeadline: _now() + 1 hours,
            acceptWindowS: 60,
            runWindowS: 600,
            reportWindowS: 300,
            resultKey: keccak256("result key"),
            callback: address(0),
            callbackGas: 0,
            salt: ++_salt
        });
    }

    function _priorBalance(Order memory order) internal view returns (Payment memory) {
        return Payment(0, 0, signature(consumer.key, market.hashOrder(order)));
    }

    /// @dev The token's ReceiveWithAuthorization, with a digest in `domain`'s EIP-712 domain as nonce.
    function _authorisation(Account memory from, uint256 amount, bytes32 nonce) internal view returns (Payment memory) {
        uint40 validBefore = _now() + 1 hours;
        bytes32 structHash = keccak256(
            abi.encode(
                dollar.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), from.addr, address(vault), amount, 0, validBefore, nonce
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash));
        return Payment(0, validBefore, signature(from.key, digest));
    }

    /// @dev The payment of `StakeManager.stakeWithAuthorization(from, amount, salt, …)`.
    function _stakeDeposit(Account memory from, uint96 amount, uint64 salt) internal view returns (Payment memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("StakeDeposit(address provider,uint96 amount,uint64 salt)"),
                StakeDeposit(from.addr, amount, salt)
            )
        );
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Assay"),
                keccak256("1"),
                block.chainid,
                address(stake)
            )
        );
        return _authorisation(from, amount, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
    }

    function _signOffer(Account memory key, Offer memory offer) internal view returns (bytes memory) {
        return signature(key.key, market.hashOffer(offer));
    }

    // --- A job's way. ---

    struct Job {
        uint64 id;
        Order order;
        Offer offer;
        bytes32 orderHash;
        bytes32 offerHash;
        Account device;
        JobCard card;
    }

    function _funded() internal returns (Job memory made) {
        return _funded(_order());
    }

    function _funded(Order memory order) internal returns (Job memory made) {
        made = _jobOf(order);
        market.fund(order, _priorBalance(order));
        _fund(made, order.amount);
    }

    /// @dev The first attempt at an Order, of the World's device, before anything happened on chain.
    function _jobOf(Order memory order) internal view returns (Job memory made) {
        made.order = order;
        made.orderHash = market.hashOrder(order);
        made.id = market.jobIdOf(made.orderHash, 1);
        made.device = device;
    }

    /// @dev Notes the card of a job that holds `amount` and has no offer.
    function _fund(Job memory made, uint96 amount) internal {
        made.card = JobCard(_terms(made.orderHash, 0), made.order.consumer, address(0), 0, amount);
        cards[made.id] = made.card;
    }

    /// @dev Notes the card of a job that an offer was joined to.
    function _match(Job memory made, Offer memory offer) internal {
        (address owner, uint40 index,,) = devices.deviceOf(offer.device);
        made.offer = offer;
        made.offerHash = market.hashOffer(offer);
        made.card = JobCard(_terms(made.orderHash, made.offerHash), made.order.consumer, owner, index, offer.price);
        cards[made.id] = made.card;
    }

    function _terms(bytes32 orderHash, bytes32 offerHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(orderHash, offerHash));
    }

    function _join(Job memory made, uint8 attempt, Offer memory offer) internal {
        bytes memory signed = _signOffer(made.device, offer);
        vm.prank(matcher.addr);
        market.join(made.order, attempt, made.card.amount, offer, signed);
        made.id = market.jobIdOf(made.orderHash, attempt);
        _match(made, offer);
    }

    /// @dev What a settled job is shown with.
    function _outcome(Job memory made, uint8 code, uint96 paid) internal view returns (JobOutcome memory) {
        return JobOutcome(code, paid, paid > 0 ? keccak256("result") : bytes32(0), market.job(made.id).deadline);
    }

    function _assigned() internal returns (Job memory made) {
        made = _funded();
        _join(made, 1, _offer());
    }

    function _assigned(Order memory order) internal returns (Job memory made) {
        made = _funded(order);
        _join(made, 1, _offer());
    }

    function _signAccept(Job memory made, bytes32 inputRoot) internal view returns (bytes memory) {
        bytes32 digest = market.hashAccept(Accept(made.id, made.orderHash, made.offerHash, inputRoot));
        return signature(made.device.key, digest);
    }

    function _accept(Job memory made) internal {
        bytes32 inputRoot = keccak256("input");
        market.accept(made.order, 1, made.offerHash, made.card, inputRoot, _signAccept(made, inputRoot));
    }

    function _running() internal returns (Job memory made) {
        made = _assigned();
        _accept(made);
    }

    function _runningFor(Account memory key) internal returns (Job memory made) {
        made = _funded();
        made.device = key;
        _join(made, 1, _offerOf(key.addr));
        _accept(made);
    }

    function _workCommit(Job memory made) internal pure returns (WorkCommit memory) {
        return WorkCommit({
            jobId: made.id,
            device: made.device.addr,
            specHash: SPEC,
            seed: 0,
            units: 3,
            rows: 40,
            operandRoot: keccak256("input"),
            workRoot: keccak256("work"),
            plaintextRoot: keccak256("plain"),
            ciphertextRoot: keccak256("cipher"),
            ciphertextBytes: 5_000
        });
    }

    function _committed() internal returns (Job memory made) {
        made = _running();
        WorkCommit memory message = _workCommit(made);
        bytes memory signed = signature(made.device.key, market.hashWorkCommit(message));
        market.postCommit(made.order, made.offerHash, made.card, message, signed);
    }

    function _signFail(Job memory made, bytes32 reason) internal view returns (bytes memory) {
        return signature(made.device.key, market.hashFail(Fail(made.id, reason)));
    }

    function _expire(uint64 jobId) internal {
        ShownJob[] memory one = new ShownJob[](1);
        one[0] = ShownJob(jobId, cards[jobId]);
        market.expire(one);
    }

    function _slash(Job memory made) internal {
        settlement.slash(made.id, made.card, _outcome(made, FRAUD, 0));
    }

    function _claim(address who) internal {
        (uint256 amount, uint256 lock) = settlement.claimableOf(who);
        if (amount > 0 || lock > 0) settlement.claim(who);
    }

    function _stateOf(uint64 jobId) internal view returns (JobState) {
        return market.job(jobId).state;
    }

    function assertState(uint64 jobId, JobState want) internal view {
        assertEq(uint256(_stateOf(jobId)), uint256(want), "state");
    }

    // --- Reports. ---

    function _verdict(uint64 jobId, uint8 code, uint96 paid) internal pure returns (bytes memory) {
        return abi.encodePacked(jobId, code, paid, paid > 0 ? keccak256("result") : bytes32(0));
    }

    function _report(uint64 epoch, bytes memory verdicts) internal returns (Report memory) {
        return Report({
            epoch: epoch,
            seq: ++_seq,
            observedAt: _now(),
            validUntil: _now() + 1 hours,
            count: uint16(verdicts.length / 53),
            verdictsHash: keccak256(verdicts),
            evidenceRoot: keccak256("evidence")
        });
    }

    /// @dev The noted cards of these verdicts' jobs, packed; zeros for a job that there is not.
    function _cards(bytes memory verdicts) internal view returns (bytes memory packed) {
        for (uint256 i = 0; i < verdicts.length / 53; ++i) {
            uint256 front;
            assembly ("memory-safe") {
                front := mload(add(add(verdicts, 32), mul(i, 53)))
            }
            packed = bytes.concat(packed, _packed(cards[uint64(front >> 192)]));
        }
    }

    function _packed(JobCard memory card) internal pure returns (bytes memory) {
        return abi.encodePacked(card.terms, card.consumer, card.provider, card.deviceIndex, card.amount);
    }

    /// @dev Signatures of the kept committee's members in the bitmask, each with the s for which v = 27.
    function _quorum(bytes32 digest, uint256 bitmask) internal view returns (bytes memory signatures) {
        for (uint256 i = 0; i < oracles.length; ++i) {
            if ((bitmask >> i) & 1 == 0) continue;
            signatures = bytes.concat(signatures, _signV27(oracles[i].key, digest));
        }
    }

    function _signV27(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        if (v == 28) s = bytes32(CURVE_ORDER - uint256(s));
        return abi.encodePacked(r, s);
    }

    function _firstQuorum() internal view returns (uint256 bitmask) {
        uint256 q = 2 * (oracles.length / 3) + 1;
        return (1 << q) - 1;
    }

    function _settle(bytes memory verdicts) internal {
        _settle(_report(1, verdicts), verdicts);
    }

    function _settle(Report memory report, bytes memory verdicts) internal {
        uint256 bitmask = _firstQuorum();
        bytes memory signed = _quorum(settlement.hashReport(report), bitmask);
        settlement.settle(report, verdicts, _cards(verdicts), bitmask, signed);
    }

    function _settled(uint8 code, uint96 paid) internal returns (Job memory made) {
        made = _running();
        _settle(_verdict(made.id, code, paid));
    }

    /// @dev Far enough that every bucket filled by now has matured.
    function _passFinality() internal {
        skip(uint256(params().challengeWindowS) + params().bucketS + 1);
    }
}
