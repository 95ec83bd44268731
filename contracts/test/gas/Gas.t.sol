// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchItem, DeviceRegistration, Offer, Order, Payment, Report, World} from "../World.sol";

/// @title What whole transactions cost: 21,000, calldata, execution, less refunds
/// @notice `node script/forge.mjs test --mc GasTest -vv` prints the figures; each test fails above its ceiling. Figures are of
/// steady use (accounts, credits and ledgers that were used before), where a name does not say "first".
/// forge-config: default.isolate = true
contract GasTest is World {
    event log_named_uint(string name, uint256 value);

    function committeeSize() internal pure override returns (uint256) {
        return 13;
    }

    /// @dev Leaves every ledger, credit and slot that all jobs share in use.
    function setUp() public override {
        super.setUp();
        _fundCredit(consumer.addr, 10_000e6);
        _funded();
        for (uint256 i = 0; i < 4; ++i) {
            _settled(FAILED, 0); // the consumer's refund stays unclaimed
            _settled(OK, PRICE);
            skip(900); // the next bucket, in the other slot
        }
        _passFinality();
        settlement.claim(provider.addr);
        settlement.claim(treasury);
    }

    function test_gas_fundByOneWalletSignature() public {
        Order memory order = _order();
        order.lane = 1;
        Payment memory payment = _authorisation(consumer, order.amount, market.hashOrder(order));
        market.fund(order, payment);
        _print("fund, lane EIP3009", _gas(), 130_000);
    }

    function test_gas_openByOneWalletSignature() public {
        Offer memory offer = _offer();
        bytes memory signed = _signOffer(device, offer);
        for (uint256 i = 0; i < 2; ++i) {
            Order memory order = _orderFromWallet();
            Payment memory payment = _authorisation(consumer, order.amount, market.hashOrder(order));
            vm.prank(matcher.addr);
            market.open(order, payment, offer, signed);
            _print("open, lane EIP3009, not yet accepted (goal 150,000)", _gas(), 150_000);
        }
    }

    function test_gas_openAndAcceptByOneWalletSignature() public {
        for (uint256 i = 0; i < 2; ++i) {
            Job memory made = _jobOf(_orderFromWallet());
            _match(made, _offer());
            Payment memory payment = _authorisation(consumer, PRICE, made.orderHash);
            bytes memory signed = _signAccept(made, "input");
            vm.prank(matcher.addr);
            market.openAccepted(made.order, payment, made.offer, "input", signed);
            _print("open and accept in one, lane EIP3009", _gas(), 154_000);
        }
    }

    function test_gas_firstJobOfADevice() public {
        Account memory owner = account("new provider");
        Account memory key = account("new device");
        _addProvider(owner.addr, STAKE);
        _addDevice(owner.addr, key);
        Job memory made = _jobOf(_orderFromWallet());
        made.device = key;
        _match(made, _offerOf(key.addr));
        Payment memory payment = _authorisation(consumer, PRICE, made.orderHash);
        bytes memory signed = _signAccept(made, "input");
        vm.prank(matcher.addr);
        market.openAccepted(made.order, payment, made.offer, "input", signed);
        _print("open and accept in one, lane EIP3009, first job of a device", _gas(), 180_000);
    }

    function test_gas_prepaidBatchOf50() public {
        _batch(consumer, false);
        _print("open and accept, prepaid, one of a batch of 50, one consumer (goal 60,000)", _gas() / 50, 60_000);
    }

    function test_gas_prepaidBatchOf50DistinctConsumers() public {
        _batch(consumer, true);
        _print("open and accept, prepaid, one of a batch of 50, distinct consumers (goal 60,000)", _gas() / 50, 60_000);
    }

    function test_gas_wholeJobPrepaidAndBatched() public {
        bytes memory verdicts;
        uint256 sum;
        for (uint256 i = 0; i < 2; ++i) {
            verdicts = bytes.concat(verdicts, _batch(consumer, false));
            sum += _gas();
        }
        _settle(verdicts);
        sum += _gas();
        _print("whole job, prepaid in batches of 50, settled in 100, same pair (goal 75,000)", sum / 100, 75_000);
    }

    function test_gas_accept() public {
        Job memory made = _assigned();
        bytes memory signed = _signAccept(made, "input");
        market.accept(made.order, 1, made.offerHash, made.card, "input", signed);
        _print("accept", _gas(), 75_000);
    }

    function _orderFromWallet() private returns (Order memory order) {
        order = _order();
        order.lane = 1;
        order.amount = PRICE;
        order.priceMax = PRICE;
    }

    /// @dev Opens 50 prepaid jobs in one transaction. Returns an OK for each.
    function _batch(Account memory payer, bool distinct) private returns (bytes memory verdicts) {
        _fundCredit(provider.addr, 500e6);
        vm.prank(provider.addr);
        stake.stake(500e6);
        Offer memory offer = _offer();
        offer.volumeMax = 100_000e6;
        offer.concurrentMax = 1_000;
        BatchItem[] memory items = new BatchItem[](50);
        for (uint256 i = 0; i < 50; ++i) {
            if (distinct) payer = account(string.concat("consumer ", vm.toString(i)));
            _fundCredit(payer.addr, 2 * AMOUNT);
            items[i].order = _order();
            items[i].order.consumer = payer.addr;
            Job memory made = _jobOf(items[i].order);
            _match(made, offer);
            items[i].orderSignature = signature(payer.key, made.orderHash);
            items[i].inputRoot = keccak256("input");
            items[i].acceptSignature = _signAccept(made, keccak256("input"));
            verdicts = bytes.concat(verdicts, _verdict(made.id, OK, PRICE));
        }
        vm.prank(matcher.addr);
        assertEq(market.openBatch(items, offer), 50);
    }

    function test_gas_settleOneAlone() public {
        Job memory made = _running();
        _settle(_verdict(made.id, OK, PRICE));
        _print("settle one job alone, 9 of 13 signatures", _gas(), 118_000);
    }

    function test_gas_reportWithoutAnyJobToSettle() public {
        _settle(_verdict(99, OK, PRICE));
        _print("report, 9 of 13, one verdict skipped (goal 80,000)", _gas(), 97_000);
    }

    function test_gas_reportAlone() public {
        bytes memory verdicts = _verdict(99, OK, PRICE);
        Report memory report = _report(1, verdicts);
        uint256 bitmask = _firstQuorum();
        bytes memory signed = _quorum(settlement.hashReport(report), bitmask);
        settlement.settle(report, verdicts, "", bitmask, signed);
        _print("report alone, 9 of 13, its verdict waiting for its card (goal 80,000)", _gas(), 80_000);
    }

    function test_gas_settle100OfTheSamePair() public {
        _fundCredit(provider.addr, 500e6);
        vm.prank(provider.addr);
        stake.stake(500e6);
        bytes memory verdicts;
        for (uint256 i = 0; i < 100; ++i) {
            Job memory made = _funded();
            Offer memory offer = _offer();
            offer.concurrentMax = 200;
            offer.volumeMax = 100_000e6;
            _join(made, 1, offer);
            _accept(made);
            verdicts = bytes.concat(verdicts, _verdict(made.id, OK, PRICE));
        }
        _settle(verdicts);
        _print("settle one job of 100, same pair (goal 14,000)", _gas() / 100, 14_000);
    }

    function test_gas_settle100DistinctPairs() public {
        Account[] memory keys = new Account[](100);
        for (uint256 i = 0; i < 100; ++i) {
            Account memory owner = account(string.concat("provider ", vm.toString(i)));
            keys[i] = account(string.concat("device ", vm.toString(i)));
            _addProvider(owner.addr, STAKE);
            _addDevice(owner.addr, keys[i]);
        }
        for (uint256 round = 0; round < 5; ++round) {
            bytes memory verdicts;
            for (uint256 i = 0; i < 100; ++i) {
                verdicts = bytes.concat(verdicts, _verdict(_runningFor(keys[i]).id, OK, PRICE));
            }
            _settle(verdicts);
            if (round == 0) {
                _print("settle one job of 100, distinct pairs, first pay ever", _gas() / 100, 42_000);
            } else if (round == 4) {
                _print("settle one job of 100, distinct pairs (goal 25,000)", _gas() / 100, 25_000);
            }
            _passFinality();
            if (round < 4) {
                for (uint256 i = 0; i < 100; ++i) {
                    settlement.claim(account(string.concat("provider ", vm.toString(i))).addr);
                }
            }
            skip((900 - (uint256(_now()) % 900)) + 900 * (round % 2));
        }
    }

    function test_gas_claim() public {
        _settled(OK, PRICE);
        _passFinality();
        settlement.claim(provider.addr);
        _print("claim", _gas(), 80_000);
    }

    function test_gas_refundAfterTimeout() public {
        Job memory made = _assigned();
        skip(61);
        _expire(made.id);
        _print("refund of a job that nobody accepted (goal 60,000)", _gas(), 60_000);
        made = _running();
        skip(601);
        _expire(made.id);
        _print("refund and first penalty of a job that ran out of time", _gas(), 160_000);
    }

    function test_gas_slash() public {
        for (uint256 i = 0; i < 2; ++i) {
            Job memory made = _settled(FRAUD, 0);
            skip(601);
            _slash(made);
            if (i == 0) _print("slash, first ever", _gas(), 170_000);
            else _print("slash (goal 110,000)", _gas(), 130_000);
        }
    }

    function test_gas_registerStakeAndFirstDevice() public {
        Account memory owner = account("newcomer");
        Account memory key = account("newcomer's device");
        dollar.faucet(owner.addr, STAKE);
        Payment memory payment = _stakeDeposit(owner, STAKE, 1);
        DeviceRegistration memory registration =
            DeviceRegistration(owner.addr, key.addr, CLASS, keccak256("descriptor"), _now() + 1 hours);
        bytes memory signed = signature(key.key, devices.hashRegistration(registration));
        vm.prank(owner.addr);
        devices.registerWithStake(registration, signed, STAKE, 1, payment);
        _print("register, stake from the wallet and first device, one transaction (goal 185,000)", _gas(), 185_000);
    }

    function test_gas_rotate13() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 13, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        _print("rotation to 13 oracles (goal 250,000)", _gas(), 245_000);
    }

    /// @dev isolate makes every call of the test a transaction of its own.
    function _gas() private view returns (uint256) {
        return vm.lastCallGas().gasTotalUsed;
    }

    function _print(string memory name, uint256 got, uint256 ceiling) private {
        emit log_named_uint(name, got);
        assertLe(got, ceiling, name);
    }
}

/// @title The same with the smallest committee, 3 of 4 signatures
/// forge-config: default.isolate = true
contract GasOfFourTest is World {
    event log_named_uint(string name, uint256 value);

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 4; ++i) {
            _settled(OK, PRICE);
            skip(900); // the next bucket, in the other slot
        }
        _passFinality();
        settlement.claim(provider.addr);
        settlement.claim(treasury);
    }

    function test_gas_settleOneAlone() public {
        Job memory made = _running();
        _settle(_verdict(made.id, OK, PRICE));
        uint256 got = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint("settle one job alone, 3 of 4 (goal 110,000)", got);
        assertLe(got, 100_000);
    }
}
