// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DeviceRegistration, JobState, WorkCommit} from "../src/interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {DisputedJob} from "../src/interfaces/IDisputable.sol";
import {EntryOpening, IDisputeCourt} from "../src/interfaces/IDisputeCourt.sol";
import {IOracleCommittee} from "../src/interfaces/IOracleCommittee.sol";
import {IOracleStake, OracleRegistration} from "../src/interfaces/IOracleStake.sol";
import {IPanelDraw, Panel} from "../src/interfaces/IPanelDraw.sol";
import {ITokenVault} from "../src/interfaces/ITokenVault.sol";
import {IGemmHarness} from "./IGemmHarness.sol";
import {IMockSettlement} from "./IMockSettlement.sol";
import {ITestDollar} from "./ITestDollar.sol";
import {Test} from "./Test.sol";

/// @title A court over a settlement of straw, a provider with one device, a challenger, and a named panel of three
/// @notice No oracle is registered at first, so that the named panel decides.
abstract contract CourtWorld is Test {
    uint40 internal constant START = 1_800_000_000;
    uint96 internal constant PRICE = 10e6;
    uint96 internal constant BOND = 2e6; // of a job's first demand, and of a challenge
    uint40 internal constant WINDOW_S = 600;
    uint64 internal constant JOB = 77;
    uint8 internal constant OK = 1;
    uint8 internal constant PARTIAL = 2;
    uint8 internal constant FAILED = 3;
    uint8 internal constant FRAUD = 4;
    uint8 internal constant NO_EVIDENCE = 5;
    uint8 internal constant INCONCLUSIVE = 7;
    uint96 internal constant ORACLE_BOND = 50e6;
    uint32 internal constant AGE_S = 1 days;
    uint32 internal constant DELAY_BLOCKS = 4;
    bytes32 internal constant GIVEN = keccak256("assay/gemm/operands/v1");

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant WORK_COMMIT_TYPEHASH = keccak256(
        "WorkCommit(uint64 jobId,address device,bytes32 specHash,bytes32 seed,uint32 units,uint32 rows,"
        "bytes32 operandRoot,bytes32 workRoot,bytes32 plaintextRoot,bytes32 ciphertextRoot,uint32 ciphertextBytes)"
    );

    ITestDollar internal dollar;
    IDeviceRegistry internal devices;
    ITokenVault internal vault;
    IMockSettlement internal settlement;
    IDisputeCourt internal court;
    IOracleCommittee internal committee;
    IOracleStake internal oracleStake;
    IPanelDraw internal panelDraw;
    IGemmHarness internal gemm;
    address internal market = address(0x4a0b);

    Account internal governor;
    Account internal consumer;
    Account internal provider;
    Account internal device;
    Account internal challenger;
    Account internal stranger;
    Account[] internal oracles; // of epoch 1
    Account[] internal judges;

    uint40 internal deviceIndex;

    function params() internal pure virtual returns (IDisputeCourt.Params memory) {
        return IDisputeCourt.Params({
            answerWindowS: 300,
            voteWindowS: 900,
            graceS: 120,
            demandsMax: 5,
            demandBondMin: 1e6,
            demandBondBps: 2_000,
            challengeBondMin: 2e6,
            challengeBondBps: 1_000,
            forfeitBps: 5_000,
            forfeitMax: 10e6,
            rewardMax: 4e6,
            panelDeposit: 5e6,
            panelPenalty: 3e6
        });
    }

    function drawParams() internal pure virtual returns (IPanelDraw.Params memory) {
        return IPanelDraw.Params({size: 3, delayBlocks: DELAY_BLOCKS, ageS: AGE_S, randao: false});
    }

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(1_000);
        governor = account("governor");
        consumer = account("consumer");
        provider = account("provider");
        device = account("device");
        challenger = account("challenger");
        stranger = account("stranger");
        address[] memory panel = new address[](3);
        for (uint256 k = 0; k < 3; ++k) {
            judges.push(account(string.concat("judge ", vm.toString(k))));
            panel[k] = judges[k].addr;
        }
        _deploy(panel);
        gemm = IGemmHarness(deploy("GemmHarness.sol:GemmHarness", ""));
        _fundCredit(challenger.addr, 1_000e6);
        for (uint256 k = 0; k < 3; ++k) {
            _seat(judges[k].addr, 5e6);
        }
        deviceIndex = _addDevice(provider.addr, device);
        _put(JOB, OK, PRICE);
    }

    function _deploy(address[] memory panel) private {
        address[] memory keys = new address[](4);
        for (uint256 k = 0; k < 4; ++k) {
            oracles.push(account(string.concat("oracle ", vm.toString(k))));
            keys[k] = oracles[k].addr;
        }
        dollar = ITestDollar(deploy("TestDollar.sol:TestDollar", ""));
        devices = IDeviceRegistry(deploy("DeviceRegistry.sol:DeviceRegistry", abi.encode(address(1), address(1))));
        IOracleCommittee.Wiring memory seats =
            IOracleCommittee.Wiring(address(1), address(0), address(0), address(0), 1 days);
        committee = IOracleCommittee(
            deploy("OracleCommittee.sol:OracleCommittee", abi.encode(governor.addr, keys, new bytes32[](4), seats))
        );
        uint256 nonce = vm.getNonce(address(this));
        address where = vm.computeCreateAddress(address(this), nonce + 2);
        settlement = IMockSettlement(deploy("MockSettlement.sol:MockSettlement", abi.encode(where)));
        oracleStake = IOracleStake(vm.computeCreateAddress(address(this), nonce + 3));
        panelDraw = IPanelDraw(vm.computeCreateAddress(address(this), nonce + 4));
        address[] memory modules = new address[](2);
        modules[0] = where;
        modules[1] = address(oracleStake);
        vault = ITokenVault(
            deploy(
                "TokenVault.sol:TokenVault",
                abi.encode(
                    dollar, governor.addr, address(0), address(1), 1 days, address(2), address(3), settlement, modules
                )
            )
        );
        IDisputeCourt.Wiring memory wiring = IDisputeCourt.Wiring(
            address(vault),
            address(settlement),
            market,
            address(devices),
            address(committee),
            governor.addr,
            address(panelDraw)
        );
        court = IDisputeCourt(deploy("DisputeCourt.sol:DisputeCourt", abi.encode(wiring, params(), panel)));
        assertEq(address(court), where);
        deploy("OracleStake.sol:OracleStake", abi.encode(vault, committee, address(8), panelDraw, bondParams()));
        deploy("PanelDraw.sol:PanelDraw", abi.encode(court, settlement, oracleStake, committee, drawParams()));
    }

    function bondParams() internal pure virtual returns (IOracleStake.Params memory) {
        return IOracleStake.Params({
            bondMin: ORACLE_BOND,
            rewardCap: 1e6,
            unbondingDelayS: 3 days,
            answersAfterS: 1 days,
            bondGraceS: 1 hours,
            payPeriodS: 1 days
        });
    }

    /// @dev An oracle's key under an operator, with stake behind it.
    function _register(Account memory key, address operator, uint96 amount) internal {
        _fundCredit(operator, amount);
        OracleRegistration memory registration = OracleRegistration(operator, key.addr, _now() + 1 hours);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("OracleRegistration(address operator,address key,uint40 expiry)"),
                registration.operator,
                registration.key,
                registration.expiry
            )
        );
        bytes32 domain = oracleStake.domainSeparator();
        bytes memory signed = signature(key.key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        vm.prank(operator);
        oracleStake.register(registration, amount, signed);
    }

    function _now() internal view returns (uint40) {
        return uint40(vm.getBlockTimestamp());
    }

    function _fundCredit(address who, uint256 amount) internal {
        dollar.faucet(who, amount);
        vm.startPrank(who);
        dollar.approve(address(vault), amount);
        vault.deposit(amount);
        vm.stopPrank();
    }

    function _seat(address who, uint96 amount) internal {
        _fundCredit(who, amount);
        vm.prank(who);
        court.takeSeat(amount);
    }

    function _addDevice(address owner, Account memory key) internal returns (uint40) {
        DeviceRegistration memory registration =
            DeviceRegistration(owner, key.addr, keccak256("class"), keccak256("descriptor"), _now() + 1 hours);
        bytes memory signed = signature(key.key, devices.hashRegistration(registration));
        vm.prank(owner);
        return devices.register(registration, signed);
    }

    function _put(uint64 jobId, uint8 code, uint96 paid) internal {
        settlement.put(
            DisputedJob({
                jobId: jobId,
                state: JobState.REPORTED,
                code: code,
                paid: paid,
                price: PRICE,
                consumer: consumer.addr,
                provider: provider.addr,
                deviceIndex: deviceIndex,
                epoch: 1,
                challengeUntil: _now() + WINDOW_S
            })
        );
    }

    function _shown(uint64 jobId) internal pure returns (bytes memory) {
        return abi.encode(jobId);
    }

    function assertState(uint64 jobId, JobState want) internal view {
        assertEq(uint256(settlement.disputedJob(_shown(jobId)).state), uint256(want), "state");
    }

    function assertRuling(uint8 code, uint96 paid, address rewarded) internal view {
        (uint8 gotCode, uint96 gotPaid, address got,) = settlement.lastRuling();
        assertEq(gotCode, code, "code");
        assertEq(gotPaid, paid, "paid");
        assertEq(got, rewarded, "challenger");
    }

    // --- Matrix work: an entry and its paths; everything beside them is random. ---

    struct Work {
        WorkCommit commit;
        bytes signed;
        uint32 round;
        uint32 i;
        uint32 j;
        EntryOpening opening;
        int256 entry; // the right one
    }

    /// @dev n and rounds (1 or 2) powers of two; the committed entry is wrong by `wrongBy`.
    function _work(uint64 jobId, uint32 n, uint32 rounds, uint32 i, uint32 j, int256 wrongBy)
        internal
        view
        returns (Work memory made)
    {
        made.round = rounds - 1;
        (made.i, made.j) = (i, j);
        bytes32 seed = keccak256("seed");
        bytes32 previous = rounds == 1 ? bytes32(0) : keccak256("previous root");
        bytes32 used = rounds == 1 ? seed : sha256(abi.encodePacked("assay/gemm/next/v1", previous));
        made.entry = gemm.ofSeed(used, n, i, j);
        _commitEntry(made, n, wrongBy);
        made.opening.previousRoot = previous;
        bytes32 root = made.opening.roundRoot;
        bytes32 workRoot = _leaf(abi.encodePacked(root));
        if (rounds == 2) {
            made.opening.previousPath = _single(workRoot);
            made.opening.roundPath = _single(_leaf(abi.encodePacked(previous)));
            workRoot = _node(made.opening.roundPath[0], workRoot);
        }
        made.commit = _commit(jobId, seed, rounds, n, 0, workRoot);
        made.signed = signature(device.key, _hashCommit(made.commit));
    }

    function _workOfGiven(uint64 jobId, uint32 n, uint32 i, uint32 j, int256 wrongBy)
        internal
        view
        returns (Work memory made)
    {
        (made.i, made.j) = (i, j);
        made.opening.rowA = _randomBytes("a", n / 2);
        made.opening.rowB = _randomBytes("b", n / 2);
        made.entry = gemm.dot(made.opening.rowA, made.opening.rowB);
        _commitEntry(made, n, wrongBy);
        (bytes32 left, bytes32[] memory pathA) = _climb(_leaf(made.opening.rowA), i, n);
        (bytes32 right, bytes32[] memory pathB) = _climb(_leaf(made.opening.rowB), j, n);
        made.opening.pathA = _append(pathA, right);
        made.opening.pathB = _append(pathB, left);
        bytes32 workRoot = _leaf(abi.encodePacked(made.opening.roundRoot));
        made.commit = _commit(jobId, GIVEN, 1, n, _node(left, right), workRoot);
        made.signed = signature(device.key, _hashCommit(made.commit));
    }

    function _commitEntry(Work memory made, uint32 n, int256 wrongBy) private pure {
        made.opening.chunk = _chunk(made.j, int32(made.entry + wrongBy));
        (made.opening.rowRoot, made.opening.chunkPath) = _climb(_leaf(made.opening.chunk), made.j / 64, n / 64);
        (made.opening.roundRoot, made.opening.rowPath) = _climb(made.opening.rowRoot, made.i, n);
    }

    function _commit(uint64 jobId, bytes32 seed, uint32 rounds, uint32 n, bytes32 operandRoot, bytes32 workRoot)
        internal
        view
        returns (WorkCommit memory)
    {
        return WorkCommit({
            jobId: jobId,
            device: device.addr,
            specHash: keccak256("spec"),
            seed: seed,
            units: rounds,
            rows: n,
            operandRoot: operandRoot,
            workRoot: workRoot,
            plaintextRoot: 0,
            ciphertextRoot: 0,
            ciphertextBytes: 0
        });
    }

    function _hashCommit(WorkCommit memory commit) internal view returns (bytes32) {
        bytes32 domain =
            keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("Assay"), keccak256("1"), block.chainid, market));
        bytes32 structHash = keccak256(abi.encode(WORK_COMMIT_TYPEHASH, commit));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _chunk(uint32 j, int32 entry) private pure returns (bytes memory chunk) {
        for (uint32 k = 0; k < 64; ++k) {
            int32 other = int32(int256(uint256(keccak256(abi.encode("entry", k))) % 100_000)) - 50_000;
            chunk = bytes.concat(chunk, bytes4(uint32(k == j % 64 ? entry : other)));
        }
    }

    function _climb(bytes32 leaf, uint256 index, uint256 size)
        internal
        pure
        returns (bytes32 root, bytes32[] memory path)
    {
        root = leaf;
        for (uint256 level = 0; size > 1; size /= 2) {
            bytes32 sibling = keccak256(abi.encode("sibling", level++));
            path = _append(path, sibling);
            root = index & 1 == 1 ? _node(sibling, root) : _node(root, sibling);
            index /= 2;
        }
    }

    function _append(bytes32[] memory path, bytes32 last) internal pure returns (bytes32[] memory longer) {
        longer = new bytes32[](path.length + 1);
        for (uint256 k = 0; k < path.length; ++k) {
            longer[k] = path[k];
        }
        longer[path.length] = last;
    }

    function _single(bytes32 one) internal pure returns (bytes32[] memory) {
        return _append(new bytes32[](0), one);
    }

    function _randomBytes(string memory name, uint256 length) private pure returns (bytes memory all) {
        all = new bytes(length);
        for (uint256 k = 0; k < length; k += 32) {
            bytes32 word = keccak256(abi.encode(name, k));
            assembly ("memory-safe") {
                mstore(add(add(all, 32), k), word)
            }
        }
    }

    function _leaf(bytes memory data) internal pure returns (bytes32) {
        return keccak256(bytes.concat(hex"00", data));
    }

    function _node(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return keccak256(bytes.concat(hex"01", left, right));
    }

    // --- Moves. ---

    function _demand(Work memory work) internal returns (uint8) {
        bytes memory shown = _shown(work.commit.jobId);
        vm.prank(challenger.addr);
        return court.demandOpening(shown, work.commit, work.signed, work.round, work.i, work.j);
    }

    function _challenge(uint64 jobId) internal returns (uint32) {
        vm.prank(challenger.addr);
        return court.challenge(_shown(jobId), "garbage");
    }

    /// @dev Votes of the judges in the bitmask.
    function _votes(uint64 jobId, uint32 number, uint8 code, uint96 paid, uint256 bitmask)
        internal
        view
        returns (bytes memory all)
    {
        bytes32 digest = court.hashVote(jobId, number, code, paid, "reason");
        for (uint256 k = 0; k < judges.length; ++k) {
            if ((bitmask >> k) & 1 == 1) all = bytes.concat(all, signature(judges[k].key, digest));
        }
    }

    function _vote(uint64 jobId, uint32 number, uint8 code, uint96 paid, uint256 bitmask) internal {
        bytes memory all = _votes(jobId, number, code, paid, bitmask);
        court.vote(_shown(jobId), code, paid, "reason", bitmask, all);
    }
}
